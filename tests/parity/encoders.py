"""The networks of models/encoders in plain PyTorch, written from their papers and torchvision's tensor names; random weights, in evaluation
mode. Their outputs and gradients are what tests/parity/encoders_parity_test.cpp compares with."""

import torch
from torch import nn
from torch.nn import functional as F

import exchange


class Part(nn.Module):
    """Children under names of our choice."""

    def __init__(self, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name.lstrip("_"), child)


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


class Residual(nn.Module):
    def __init__(self, inputs, width, stride, bottleneck, original):
        super().__init__()
        self.bottleneck = bottleneck
        outputs = width * 4 if bottleneck else width
        if bottleneck:
            self.conv1 = conv(inputs, width, 1, stride if original else 1)
            self.conv2 = conv(width, width, 3, 1 if original else stride)
            self.conv3 = conv(width, outputs, 1)
            self.bn3 = nn.BatchNorm2d(outputs)
        else:
            self.conv1 = conv(inputs, width, 3, stride)
            self.conv2 = conv(width, width, 3)
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        fits = stride == 1 and inputs == outputs
        self.downsample = None if fits else nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.bottleneck:
            y = self.bn3(self.conv3(F.relu(y)))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """Up to layer3."""

    def __init__(self, blocks, bottleneck, original=False):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 64, 7, 2), nn.BatchNorm2d(64)
        inputs = 64
        for i, count in enumerate(blocks):
            layer = []
            for b in range(count):
                layer.append(Residual(inputs, 64 << i, 2 if i > 0 and b == 0 else 1, bottleneck, original))
                inputs = (64 << i) * (4 if bottleneck else 1)
            self.add_module(f"layer{i + 1}", nn.Sequential(*layer))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.layer3(self.layer2(self.layer1(x)))


class DenseNet(nn.Module):
    """After norm5, with what transition3's pooling sees beside it."""

    def __init__(self, blocks):
        super().__init__()
        self.blocks = blocks
        f = self.features = Part(conv0=conv(3, 64, 7, 2), norm0=nn.BatchNorm2d(64))
        width = 64
        for i, count in enumerate(blocks, start=1):
            block = Part()
            for j in range(count):
                block.add_module(f"denselayer{j + 1}", Part(norm1=nn.BatchNorm2d(width), conv1=conv(width, 128, 1),
                                                            norm2=nn.BatchNorm2d(128), conv2=conv(128, 32, 3)))
                width += 32
            f.add_module(f"denseblock{i}", block)
            if i < len(blocks):
                f.add_module(f"transition{i}", Part(norm=nn.BatchNorm2d(width), conv=conv(width, width // 2, 1)))
                width //= 2
        f.norm5 = nn.BatchNorm2d(width)

    def forward(self, x):
        f = self.features
        x = F.max_pool2d(F.relu(f.norm0(f.conv0(x))), 3, 2, 1)
        for i in range(1, len(self.blocks) + 1):
            for layer in getattr(f, f"denseblock{i}").children():
                x = torch.cat([x, layer.conv2(F.relu(layer.norm2(layer.conv1(F.relu(layer.norm1(x))))))], 1)
            if i < len(self.blocks):
                transition = getattr(f, f"transition{i}")
                normed = F.relu(transition.norm(x))
                x = F.avg_pool2d(transition.conv(normed), 2)
        return torch.cat([F.relu(f.norm5(x)), F.avg_pool2d(normed, 2)], 1)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        self.joined = stride == 1 and inputs == outputs
        width = inputs * expansion
        parts = [] if expansion == 1 else [nn.Sequential(conv(inputs, width, 1), nn.BatchNorm2d(width), nn.ReLU6())]
        parts.append(nn.Sequential(conv(width, width, 3, stride, width), nn.BatchNorm2d(width), nn.ReLU6()))
        self.conv = nn.Sequential(*parts, conv(width, outputs, 1), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.joined else self.conv(x)


class MobileNetV2(nn.Module):
    """The last grid, with the average of the grid before the last stride beside it."""

    def __init__(self):
        super().__init__()
        parts = [nn.Sequential(conv(3, 32, 3, 2), nn.BatchNorm2d(32), nn.ReLU6())]
        inputs = 32
        for expansion, outputs, count, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                                                  (6, 320, 1, 1)]:
            for b in range(count):
                parts.append(InvertedResidual(inputs, outputs, expansion, stride if b == 0 else 1))
                inputs = outputs
        parts.append(nn.Sequential(conv(320, 1280, 1), nn.BatchNorm2d(1280), nn.ReLU6()))
        self.features = nn.Sequential(*parts)

    def forward(self, x):
        fine = self.features[:14](x)
        return torch.cat([self.features[14:](fine), F.avg_pool2d(fine, 2)], 1)


def write_case(name, network):
    network.eval()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
        if isinstance(module, nn.BatchNorm2d):
            for tensor, low, high in [(module.weight, 0.7, 1.3), (module.bias, -0.2, 0.2), (module.running_mean, -0.2, 0.2),
                                      (module.running_var, 0.7, 1.3)]:
                nn.init.uniform_(tensor, low, high)
    pictures = torch.randn(2, 3, 64, 64, requires_grad=True)
    output = network(pictures).flatten(2).transpose(1, 2)  # [B, L, D]
    probe = torch.randn_like(output)
    exchange.write(name, network, (output * probe).sum(), pictures=pictures, output=output, probe=probe)


exchange.prepare()
write_case("resnet18_stride16", ResNet([2, 2, 2], bottleneck=False))
write_case("resnet50_stride16", ResNet([3, 4, 6], bottleneck=True))
write_case("resnet50_original_stride16", ResNet([3, 4, 6], bottleneck=True, original=True))
write_case("densenet121_both", DenseNet([6, 12, 24, 16]))
write_case("mobilenet_v2_both", MobileNetV2())
