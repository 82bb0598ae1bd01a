"""The Up-Down decoder of models/decoders in plain PyTorch, by its paper's equations 2 to 7. For tests/parity/decoder_kinds_parity_test.cpp."""

import torch
from torch import nn

import captions
import exchange
from captions import FEATURE, HIDDEN, VOCABULARY, WORD


class Decoder(nn.Module):
    def __init__(self, score, gate, initial_state, output):
        super().__init__()
        self.attention = captions.Attention(score)
        self.gate_size = {"none": 0, "scalar": 1, "vector": FEATURE}[gate]
        self.embedding = nn.Embedding(VOCABULARY, WORD)
        self.first_state = captions.FirstState(initial_state, 2)
        self.word_gates, self.mean_gates = nn.Linear(WORD, 4 * HIDDEN, bias=False), nn.Linear(FEATURE, 4 * HIDDEN, bias=False)
        self.looking = nn.Linear(2 * HIDDEN, 4 * HIDDEN)
        self.asking = nn.Linear(HIDDEN, self.attention.size + self.gate_size + 4 * HIDDEN)
        self.speaking = nn.Linear(FEATURE + HIDDEN, 4 * HIDDEN, bias=False)
        self.logits = captions.WordLogits(output)

    def caption(self, features, tokens):
        (hidden1, hidden2), (cell1, cell2) = self.first_state(features)
        logits, looks = [], []
        for token in tokens:
            word = self.embedding(token)
            gates1 = self.looking(torch.cat([hidden1, hidden2])) + self.mean_gates(features.mean(0)) + self.word_gates(word)
            hidden1, cell1 = captions.lstm(gates1, cell1)
            query, gate, told = self.asking(hidden1).split([self.attention.size, self.gate_size, 4 * HIDDEN])
            weights = self.attention(query, features)
            context = weights @ features
            if self.gate_size:
                context = gate.sigmoid() * context
            hidden2, cell2 = captions.lstm(told + self.speaking(torch.cat([context, hidden2])), cell2)
            logits.append(self.logits(hidden2, context, word))
            looks.append(weights)
        return torch.stack(logits), torch.stack(looks)

    def forward(self, features, tokens):
        return *captions.each_caption(self.caption, features, tokens), 0


exchange.prepare()
for switches in [("additive", "none", "zero", "plain"), ("additive", "vector", "mean_feature", "deep"),
                 ("none", "scalar", "mean_feature", "plain")]:
    captions.write_case("_".join(switches), Decoder(*switches))
