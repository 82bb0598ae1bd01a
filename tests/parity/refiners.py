"""Cases of every refiner for tests/parity/refiners_parity_test.cpp: what they give, gradients, and ten steps toward a random target."""

import copy

import torch
from torch import nn

import exchange
import refined

FEATURE, HIDDEN, PICTURES = 12, 7, 3


def loss_of(refiner, features, target):
    result = refiner(features)
    loss = (result["features"] - target).square().mean() + sum(0.1 * value.square().sum() for key, value in result.items() if key == "saliency")
    if "origin" in result and result["origin"].requires_grad:
        loss = loss + result["origin"].square().sum()
    return loss + 0.3 * result.get("penalty", 0), result


def write_case(name, refiner, regions):
    for parameter in refiner.parameters():
        nn.init.normal_(parameter, std=0.5)
    features = torch.randn(PICTURES, regions, FEATURE, requires_grad=True)
    target = torch.randn_like(refiner(features)["features"])
    refiner_before = copy.deepcopy(refiner)  # batch norm keeps statistics

    trained = copy.deepcopy(refiner)
    adam = torch.optim.Adam(trained.parameters(), lr=0.01)
    curve = []
    for _ in range(10):
        adam.zero_grad()
        loss, _ = loss_of(trained, features.detach(), target)
        loss.backward()
        adam.step()
        curve.append(loss.item())

    loss, result = loss_of(refiner_before, features, target)
    outputs = {f"result_{key}": value for key, value in result.items()}
    exchange.write(name, refiner_before, loss, features=features, target=target, total=loss, curve=torch.tensor(curve, dtype=torch.float64),
                   **outputs)


exchange.prepare()
two_grids = refined.grid(3) + refined.grid(2)
write_case("squeeze_excitation", refined.SqueezeExcitation(FEATURE, HIDDEN), 9)
write_case("saliency", refined.Saliency(FEATURE, HIDDEN), 9)
write_case("local_sum", refined.LocalSum(FEATURE, 3, 4), 16)
write_case("local_sum_wide", refined.LocalSum(FEATURE, 5, 4), 16)
write_case("structured", refined.Structured(FEATURE, HIDDEN, 4), 9)
write_case("self_attention", refined.SelfAttention(FEATURE, 2, 3, HIDDEN, refined.grid(3)), 9)
write_case("self_attention_two_grids", refined.SelfAttention(FEATURE, 3, 2, HIDDEN, two_grids), 13)
write_case("projected_self_attention",
           refined.Projected(refined.Projection(FEATURE, 8), refined.SelfAttention(8, 1, 2, HIDDEN, refined.grid(3))), 9)
