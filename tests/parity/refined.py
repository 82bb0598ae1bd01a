"""The refiners of models/refiners in plain PyTorch, one picture after the other where that reads better."""

import math

import torch
from torch import nn
from torch.nn import functional as F


def grid(side):
    """Boxes (left, top, right, bottom) in fractions of the picture, row after row."""
    return [(column / side, row / side, (column + 1) / side, (row + 1) / side) for row in range(side) for column in range(side)]


class Projection(nn.Module):
    def __init__(self, features, size):
        super().__init__()
        self.standardise = nn.BatchNorm1d(features, affine=False)
        self.linear = nn.Linear(features, size)
        self.norm = nn.LayerNorm(size)

    def forward(self, features):
        return {"features": self.norm(self.linear(self.standardise(features.flatten(0, 1)).unflatten(0, features.shape[:2]))).relu()}


class Projected(nn.Module):
    def __init__(self, projection, refiner):
        super().__init__()
        self.projection, self.refiner = projection, refiner

    def forward(self, features):
        return self.refiner(self.projection(features)["features"])


class SqueezeExcitation(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        self.squeeze, self.excite = nn.Linear(features, hidden), nn.Linear(hidden, features)

    def forward(self, features):
        refined = [picture * self.excite(self.squeeze(picture.mean(0)).relu()).sigmoid() for picture in features]
        return {"features": torch.stack(refined)}


class Saliency(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        self.region, self.strongest = nn.Linear(features, hidden), nn.Linear(features, hidden, bias=False)
        self.score = nn.Linear(hidden, 1)

    def forward(self, features):
        saliency = []
        for picture in features:
            strongest = self.strongest(picture.max(0).values)
            saliency.append(torch.cat([self.score(torch.tanh(self.region(region) + strongest)).sigmoid() for region in picture]))
        saliency = torch.stack(saliency)
        return {"features": features * saliency[:, :, None], "saliency": saliency}


class LocalSum(nn.Module):
    """Of one grid."""

    def __init__(self, features, neighbourhood, side):
        super().__init__()
        self.side, self.reach, self.row = side, neighbourhood // 2, neighbourhood
        self.place = nn.Parameter(torch.randn(neighbourhood * neighbourhood))
        self.content = nn.Linear(features, 1, bias=False)

    def forward(self, features):
        pictures, origins = [], []
        for picture in features:
            refined, origin = [], []
            for region in range(self.side**2):
                row, column = divmod(region, self.side)
                neighbours, scores = [], []
                for down in range(-self.reach, self.reach + 1):
                    for across in range(-self.reach, self.reach + 1):
                        if 0 <= row + down < self.side and 0 <= column + across < self.side:
                            neighbours.append((row + down) * self.side + column + across)
                            place = self.place[(down + self.reach) * self.row + across + self.reach]
                            scores.append(place + self.content(picture[neighbours[-1]])[0])
                weights = torch.zeros(self.side**2).index_put((torch.tensor(neighbours),), torch.stack(scores).softmax(0))
                refined.append(weights @ picture)
                origin.append(weights)
            pictures.append(torch.stack(refined))
            origins.append(torch.stack(origin))
        return {"features": torch.stack(pictures), "origin": torch.stack(origins)}


class Structured(nn.Module):
    def __init__(self, features, hidden, hops):
        super().__init__()
        self.hidden, self.hop_scores = nn.Linear(features, hidden, bias=False), nn.Linear(hidden, hops, bias=False)

    def forward(self, features):
        origin, penalties = [], []
        for picture in features:
            hops = F.softmax(self.hop_scores.weight @ torch.tanh(self.hidden.weight @ picture.T), dim=1)
            origin.append(hops)
            penalties.append(torch.linalg.matrix_norm(hops @ hops.T - torch.eye(len(hops))) ** 2)
        origin = torch.stack(origin)
        return {"features": origin @ features, "origin": origin, "penalty": torch.stack(penalties).mean()}


class Block(nn.Module):
    def __init__(self, size, heads, hidden):
        super().__init__()
        self.heads = heads
        self.look_norm, self.forward_norm = nn.LayerNorm(size), nn.LayerNorm(size)
        self.query_key_value, self.look_output = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.widen, self.narrow = nn.Linear(size, hidden), nn.Linear(hidden, size)

    def forward(self, features):
        rows = self.look_norm(features).transpose(0, 1)
        added, weights = F.multi_head_attention_forward(
            rows, rows, rows, features.shape[-1], self.heads, self.query_key_value.weight, self.query_key_value.bias, None, None, False, 0.0,
            self.look_output.weight, self.look_output.bias, need_weights=True, average_attn_weights=False)
        added = added.transpose(0, 1)
        mixed = features + added
        with torch.no_grad():
            mixing = torch.zeros(features.shape[0], features.shape[1], features.shape[1])
            for picture in range(features.shape[0]):
                for region in range(features.shape[1]):
                    kept, new = features[picture, region].norm(), added[picture, region].norm()
                    mixing[picture, region] = new / (kept + new) * weights[picture, :, region].mean(0)
                    mixing[picture, region, region] += kept / (kept + new)
        return mixed + self.narrow(self.widen(self.forward_norm(mixed)).relu()), weights, mixing


class SelfAttention(nn.Module):
    def __init__(self, size, blocks, heads, hidden, boxes):
        super().__init__()
        rows = []
        for left, top, right, bottom in boxes:
            row = []
            for place in ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top):
                for k in range(6):
                    row += [math.sin(place * math.pi * 2**k), math.cos(place * math.pi * 2**k)]
            rows.append(row)
        self.boxes = torch.tensor(rows)
        self.place = nn.Linear(self.boxes.shape[1], size, bias=False)
        self.blocks = nn.ModuleList(Block(size, heads, hidden) for _ in range(blocks))
        self.norm = nn.LayerNorm(size)

    def forward(self, features):
        features = features + self.place(self.boxes)
        refined = {}
        origin = torch.eye(features.shape[1])
        for i, block in enumerate(self.blocks):
            features, refined[f"map{i}"], mixing = block(features)
            origin = mixing @ origin
        return refined | {"features": self.norm(features), "origin": origin}
