"""The Transformer decoder of models/decoders in plain PyTorch: all words at once behind a causal mask, PyTorch's own attention, the picture
repeated for each caption. For tests/parity/decoder_kinds_parity_test.cpp."""

import math

import torch
from torch import nn
from torch.nn import functional as F

import captions
import exchange
import refined
from captions import CAPTIONS, FEATURE, HIDDEN, REGIONS, VOCABULARY

FEED_FORWARD, HEADS = 11, 2


def positions(count):
    table = torch.zeros(count, HIDDEN)
    for position in range(count):
        for i in range(HIDDEN // 2):
            angle = position / 10000 ** (2 * i / HIDDEN)
            table[position, 2 * i], table[position, 2 * i + 1] = math.sin(angle), math.cos(angle)
    return table


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.word_norm, self.region_norm, self.forward_norm = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.query_key_value, self.word_output = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.region_query, self.region_output = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.widen, self.narrow = nn.Linear(HIDDEN, FEED_FORWARD), nn.Linear(FEED_FORWARD, HIDDEN)

    def forward(self, words, regions, key_value):
        """words [T, B·K, H], regions [R, B·K, D], key_value: of this layer, weight [2H, D] and bias [2H] → words, weights [B·K, N, T, R]"""
        later = torch.ones(len(words), len(words), dtype=torch.bool).triu(1)
        rows = self.word_norm(words)
        seen, _ = F.multi_head_attention_forward(
            rows, rows, rows, HIDDEN, HEADS, self.query_key_value.weight, self.query_key_value.bias, None, None, False, 0.0,
            self.word_output.weight, self.word_output.bias, attn_mask=later)
        words = words + seen
        weight, bias = key_value
        seen, weights = F.multi_head_attention_forward(
            self.region_norm(words), regions, regions, HIDDEN, HEADS, None, torch.cat([self.region_query.bias, bias]), None, None, False, 0.0,
            self.region_output.weight, self.region_output.bias, need_weights=True, average_attn_weights=False, use_separate_proj_weight=True,
            q_proj_weight=self.region_query.weight, k_proj_weight=weight[:HIDDEN], v_proj_weight=weight[HIDDEN:])
        words = words + seen
        return words + self.narrow(self.widen(self.forward_norm(words)).relu()), weights


class Decoder(nn.Module):
    def __init__(self, layers, refiner=None):
        super().__init__()
        self.refiner = refiner
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN)
        self.region_keys_values = nn.Linear(FEATURE, layers * 2 * HIDDEN)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.norm = nn.LayerNorm(HIDDEN)
        self.output = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, features, tokens):
        result = self.refiner(features) if self.refiner else {"features": features}
        regions = result["features"].repeat_interleave(CAPTIONS, 0).transpose(0, 1)
        words = (self.embedding(tokens.flatten(0, 1)) * math.sqrt(HIDDEN) + positions(tokens.shape[-1])).transpose(0, 1)
        looks = []
        for j, layer in enumerate(self.layers):
            part = slice(2 * HIDDEN * j, 2 * HIDDEN * (j + 1))
            words, weights = layer(words, regions, (self.region_keys_values.weight[part], self.region_keys_values.bias[part]))
            looks += weights.unbind(1)
        weights = torch.stack(looks).mean(0)
        if "origin" in result:
            weights = weights @ result["origin"].repeat_interleave(CAPTIONS, 0)
        back = lambda rows: rows.unflatten(0, tokens.shape[:2])
        return back(self.output(self.norm(words)).transpose(0, 1)), back(weights), result.get("penalty", 0)


exchange.prepare()
row = [(i / REGIONS, 0, (i + 1) / REGIONS, 1) for i in range(REGIONS)]
captions.write_case("1", Decoder(1))
captions.write_case("3", Decoder(3))
captions.write_case("2_structured", Decoder(2, refined.Structured(FEATURE, 5, 4)))
captions.write_case("2_self_attention", Decoder(2, refined.SelfAttention(FEATURE, 2, 1, 5, row)))
