"""What the parity tests pass from PyTorch to Saccade: one safetensors file a case."""

import pathlib
import sys

import safetensors.torch
import torch


def folder():
    """The folder to write to: the script's one argument."""
    path = pathlib.Path(sys.argv[1])
    path.mkdir(parents=True, exist_ok=True)
    return path


def write(name, module, loss, **tensors):
    """Goes backward from `loss` and writes the module's weights, their gradients, and `tensors` with the gradients of those that have one."""
    for parameter in module.parameters():
        parameter.grad = None
    loss.backward()
    content = {f"weights.{key}": value for key, value in module.state_dict().items()}
    content |= {f"gradients.{key}": value.grad for key, value in module.named_parameters() if value.grad is not None}
    content |= tensors
    content |= {f"gradients.{key}": value.grad for key, value in tensors.items() if value.is_leaf and value.grad is not None}
    content = {key: value.detach().contiguous().clone() for key, value in content.items()}
    safetensors.torch.save_file(content, folder() / f"{name}.safetensors")


def prepare():
    """The same numbers in every run."""
    torch.set_num_threads(1)
    torch.manual_seed(11)
