"""The LSTM decoder of models/decoders in plain PyTorch, as its paper reads: one caption after the other, one step after the other, the picture
repeated for each caption. Its outputs, gradients and a loss curve are what tests/parity/decoders_parity_test.cpp compares with."""

import copy
import itertools

import torch
from torch import nn
from torch.nn import functional as F

import exchange

FEATURE, ATTENTION, WORD, HIDDEN, VOCABULARY = 13, 9, 8, 10, 17
PICTURES, CAPTIONS, WORDS, REGIONS = 2, 3, 6, 7
LABEL_SMOOTHING, DOUBLY_STOCHASTIC = 0.1, 0.7
PAD, START, END, FIRST_WORD = 0, 1, 2, 4


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.key_projection = nn.Linear(FEATURE, ATTENTION, bias=False)
        self.score = nn.Parameter(torch.randn(ATTENTION))

    def forward(self, query, features):
        scores = [torch.tanh(query + self.key_projection(region)) @ self.score for region in features]
        return torch.stack(scores).softmax(0)


class Projection(nn.Module):
    def __init__(self):
        super().__init__()
        self.standardise = nn.BatchNorm1d(FEATURE, affine=False)
        self.linear = nn.Linear(FEATURE, FEATURE)
        self.norm = nn.LayerNorm(FEATURE)

    def forward(self, features):
        return self.norm(self.linear(self.standardise(features.flatten(0, 1)).unflatten(0, features.shape[:2]))).relu()


class Decoder(nn.Module):
    def __init__(self, score, gate, initial_state, output, refiner="none"):
        super().__init__()
        self.refiner = Projection() if refiner == "projection" else None
        self.attention = Attention() if score == "additive" else None
        self.query_size = ATTENTION if score == "additive" else 0
        self.gate_size = {"none": 0, "scalar": 1, "vector": FEATURE}[gate]
        self.embedding = nn.Embedding(VOCABULARY, WORD)
        if initial_state == "mean_feature":
            self.initial_hidden, self.initial_cell = nn.Linear(FEATURE, HIDDEN), nn.Linear(FEATURE, HIDDEN)
        self.recurrent = nn.Linear(HIDDEN, self.query_size + self.gate_size + 4 * HIDDEN)
        self.word_gates = nn.Linear(WORD, 4 * HIDDEN, bias=False)
        self.context_gates = nn.Linear(FEATURE, 4 * HIDDEN, bias=False)
        if output == "deep":
            self.output_hidden, self.output_context = nn.Linear(HIDDEN, WORD), nn.Linear(FEATURE, WORD, bias=False)
        self.output = nn.Linear(WORD if output == "deep" else HIDDEN, VOCABULARY)

    def start(self, features):
        if not hasattr(self, "initial_hidden"):
            return torch.zeros(HIDDEN), torch.zeros(HIDDEN)
        mean = features.mean(0)
        return self.initial_hidden(mean).tanh(), self.initial_cell(mean).tanh()

    def step(self, token, hidden, cell, features):
        word = self.embedding(token)
        query, gate, gates = self.recurrent(hidden).split([self.query_size, self.gate_size, 4 * HIDDEN])
        weights = self.attention(query, features) if self.attention else torch.full((len(features),), 1 / len(features))
        context = weights @ features
        if self.gate_size:
            context = gate.sigmoid() * context
        enter, forget, new, leave = (gates + self.word_gates(word) + self.context_gates(context)).chunk(4)
        cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
        hidden = leave.sigmoid() * cell.tanh()
        if hasattr(self, "output_hidden"):
            logits = self.output((self.output_hidden(hidden) + self.output_context(context) + word).tanh())
        else:
            logits = self.output(hidden)
        return logits, weights, hidden, cell

    def caption(self, features, tokens):
        """features [L, D], tokens [T] → logits [T, V], weights [T, L]"""
        hidden, cell = self.start(features)
        logits, weights = [], []
        for token in tokens:
            word_logits, word_weights, hidden, cell = self.step(token, hidden, cell, features)
            logits.append(word_logits)
            weights.append(word_weights)
        return torch.stack(logits), torch.stack(weights)

    def forward(self, features, tokens):
        """features [B, L, D], tokens [B, K, T] → logits [B, K, T, V], weights [B, K, T, L]"""
        if self.refiner:
            features = self.refiner(features)
        outputs = [[self.caption(picture, caption) for caption in captions] for picture, captions in zip(features, tokens)]
        return tuple(torch.stack([torch.stack([caption[i] for caption in captions]) for captions in outputs]) for i in range(2))


def loss_of(decoder, features, tokens):
    logits, weights = decoder(features, tokens[:, :, :-1])
    targets = tokens[:, :, 1:]
    loss = F.cross_entropy(logits.flatten(0, 2), targets.flatten(), ignore_index=PAD, label_smoothing=LABEL_SMOOTHING)
    gaps = []
    for picture in range(PICTURES):
        for caption in range(CAPTIONS):
            words = targets[picture, caption] != PAD
            if words.any():
                gaps.append((1 - weights[picture, caption][words].sum(0)).square().mean())
    return loss + DOUBLY_STOCHASTIC * torch.stack(gaps).mean(), logits, weights


def random_tokens():
    tokens = torch.randint(FIRST_WORD, VOCABULARY, (PICTURES, CAPTIONS, WORDS))
    tokens[:, :, 0] = START
    tokens[:, :, -1] = END
    tokens[0, 1, 3:] = torch.tensor([END, PAD, PAD])  # a short caption
    tokens[1, 2] = PAD  # a caption that is not there
    return tokens


def write_case(*switches):
    decoder = Decoder(*switches)
    for parameter in decoder.parameters():
        nn.init.normal_(parameter, std=0.5)
    features = torch.randn(PICTURES, REGIONS, FEATURE, requires_grad=True)
    tokens = random_tokens()

    trained = copy.deepcopy(decoder)
    adam = torch.optim.Adam(trained.parameters(), lr=0.01)
    curve = []
    for _ in range(10):
        adam.zero_grad()
        loss, _, _ = loss_of(trained, features.detach(), tokens)
        loss.backward()
        adam.step()
        curve.append(loss.item())

    loss, logits, weights = loss_of(decoder, features, tokens)
    exchange.write("_".join(switches), decoder, loss, features=features, tokens=tokens, logits=logits, looks=weights, total=loss,
                   curve=torch.tensor(curve, dtype=torch.float64))


exchange.prepare()
for switches in itertools.product(["additive", "none"], ["none", "scalar", "vector"], ["zero", "mean_feature"], ["plain", "deep"]):
    write_case(*switches)
write_case("additive", "vector", "mean_feature", "deep", "projection")
