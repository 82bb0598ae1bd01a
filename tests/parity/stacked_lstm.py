"""The stacked LSTM decoder of models/decoders in plain PyTorch: one caption, one word, one layer after the other. For
tests/parity/decoder_kinds_parity_test.cpp."""

import torch
from torch import nn

import captions
import exchange
from captions import FEATURE, HIDDEN, VOCABULARY, WORD


class Decoder(nn.Module):
    def __init__(self, layers, gate, initial_state, output):
        super().__init__()
        self.attention = captions.Attention("additive")
        self.gate_size = {"none": 0, "scalar": 1, "vector": FEATURE}[gate]
        self.embedding = nn.Embedding(VOCABULARY, WORD)
        self.first_state = captions.FirstState(initial_state, layers)
        self.recurrent = nn.Linear(HIDDEN, self.attention.size + self.gate_size + 4 * HIDDEN)
        self.word_gates = nn.Linear(WORD, 4 * HIDDEN, bias=False)
        self.context_gates = nn.Linear(FEATURE, layers * 4 * HIDDEN, bias=False)
        self.layers = nn.ModuleList(nn.Linear(2 * HIDDEN, 4 * HIDDEN) for _ in range(layers - 1))
        self.logits = captions.WordLogits(output)

    def caption(self, features, tokens):
        hidden, cell = self.first_state(features)
        logits, looks = [], []
        for token in tokens:
            word = self.embedding(token)
            query, gate, own = self.recurrent(hidden[0]).split([self.attention.size, self.gate_size, 4 * HIDDEN])
            weights = self.attention(query, features)
            context = weights @ features
            if self.gate_size:
                context = gate.sigmoid() * context
            seen = self.context_gates(context).split(4 * HIDDEN)
            hidden[0], cell[0] = captions.lstm(own + self.word_gates(word) + seen[0], cell[0])
            below = hidden[0]
            for j, layer in enumerate(self.layers, start=1):
                hidden[j], cell[j] = captions.lstm(layer(torch.cat([below, hidden[j]])) + seen[j], cell[j])
                below = hidden[j] + below
            logits.append(self.logits(below, context, word))
            looks.append(weights)
        return torch.stack(logits), torch.stack(looks)

    def forward(self, features, tokens):
        return *captions.each_caption(self.caption, features, tokens), 0


exchange.prepare()
for switches in [(1, "vector", "mean_feature", "deep"), (2, "none", "zero", "plain"), (3, "scalar", "mean_feature", "plain"),
                 (8, "vector", "zero", "deep")]:
    captions.write_case("_".join(map(str, switches)), Decoder(*switches))
