"""What the decoders' parity scripts share: random captions of random pictures, the loss, and a case as exchange.py writes it."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

import exchange

FEATURE, ATTENTION, WORD, HIDDEN, VOCABULARY = 13, 9, 8, 10, 17
PICTURES, CAPTIONS, WORDS, REGIONS = 2, 3, 6, 7
LABEL_SMOOTHING, DOUBLY_STOCHASTIC, GROUNDING, PENALTY = 0.1, 0.7, 0.2, 0.3
PAD, START, END, FIRST_WORD = 0, 1, 2, 4


def random_tokens():
    tokens = torch.randint(FIRST_WORD, VOCABULARY, (PICTURES, CAPTIONS, WORDS))
    tokens[:, :, 0] = START
    tokens[:, :, -1] = END
    tokens[0, 1, 3:] = torch.tensor([END, PAD, PAD])  # a short caption
    tokens[1, 2] = PAD  # a caption that is not there
    return tokens


def random_boxes(tokens):
    """[B, K, T, R]: how much of each region lies in the boxes of what a word names; many words name nothing."""
    targets = tokens[:, :, 1:]
    inside = torch.rand(*targets.shape, REGIONS) * (torch.rand(*targets.shape, REGIONS) < 0.4)
    return inside * ((torch.rand(targets.shape) < 0.6) & (targets != PAD)).unsqueeze(-1)


def loss_of(decoder, features, tokens, inside):
    """decoder: features [B, R, D], tokens [B, K, T] → logits [B, K, T, V], weights [B, K, T, R], penalty (a number or a scalar)"""
    logits, weights, penalty = decoder(features, tokens[:, :, :-1])
    targets = tokens[:, :, 1:]
    loss = F.cross_entropy(logits.flatten(0, 2), targets.flatten(), ignore_index=PAD, label_smoothing=LABEL_SMOOTHING)
    gaps = []
    for picture in range(PICTURES):
        for caption in range(CAPTIONS):
            words = targets[picture, caption] != PAD
            if words.any():
                gaps.append((1 - weights[picture, caption][words].sum(0)).square().mean())
    named = [-(weights[b, k, t] @ inside[b, k, t] + 1e-4).log() for b, k, t in inside.sum(-1).nonzero().tolist()]
    loss = loss + DOUBLY_STOCHASTIC * torch.stack(gaps).mean() + GROUNDING * torch.stack(named).mean() + PENALTY * penalty
    return loss, logits, weights


def write_case(name, decoder):
    for parameter in decoder.parameters():
        nn.init.normal_(parameter, std=0.5)
    features = torch.randn(PICTURES, REGIONS, FEATURE, requires_grad=True)
    tokens = random_tokens()
    inside = random_boxes(tokens)

    trained = copy.deepcopy(decoder)
    adam = torch.optim.Adam(trained.parameters(), lr=0.01)
    curve = []
    for _ in range(10):
        adam.zero_grad()
        loss, _, _ = loss_of(trained, features.detach(), tokens, inside)
        loss.backward()
        adam.step()
        curve.append(loss.item())

    loss, logits, weights = loss_of(decoder, features, tokens, inside)
    exchange.write(name, decoder, loss, features=features, tokens=tokens, inside=inside, logits=logits, looks=weights, total=loss,
                   curve=torch.tensor(curve, dtype=torch.float64))


def each_caption(caption, features, tokens):
    """caption: one picture's features [L, D], tokens [T] → a tuple of tensors; → the same of all pictures and captions, each [B, K, ...]"""
    outputs = [[caption(picture, words) for words in captions] for picture, captions in zip(features, tokens)]
    return tuple(torch.stack([torch.stack([one[i] for one in captions]) for captions in outputs]) for i in range(len(outputs[0][0])))


class Attention(nn.Module):
    """Additive; no attention where the score is "none"."""

    def __init__(self, score):
        super().__init__()
        self.size = ATTENTION if score == "additive" else 0
        if self.size:
            self.key_projection = nn.Linear(FEATURE, ATTENTION, bias=False)
            self.score = nn.Parameter(torch.randn(ATTENTION))

    def forward(self, query, features):
        """→ weights [L]"""
        if not self.size:
            return torch.full((len(features),), 1 / len(features))
        return torch.stack([torch.tanh(query + self.key_projection(region)) @ self.score for region in features]).softmax(0)


class FirstState(nn.Module):
    def __init__(self, kind, layers):
        super().__init__()
        self.layers = layers
        if kind == "mean_feature":
            self.hidden, self.cell = nn.Linear(FEATURE, layers * HIDDEN), nn.Linear(FEATURE, layers * HIDDEN)

    def forward(self, features):
        """→ hidden, cell: of each layer [H]"""
        if not hasattr(self, "hidden"):
            return [torch.zeros(HIDDEN)] * self.layers, [torch.zeros(HIDDEN)] * self.layers
        mean = features.mean(0)
        return list(self.hidden(mean).tanh().split(HIDDEN)), list(self.cell(mean).tanh().split(HIDDEN))


class WordLogits(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.deep = kind == "deep"
        if self.deep:
            self.hidden, self.context = nn.Linear(HIDDEN, WORD), nn.Linear(FEATURE, WORD, bias=False)
        self.output = nn.Linear(WORD if self.deep else HIDDEN, VOCABULARY)

    def forward(self, hidden, context, word):
        return self.output((self.hidden(hidden) + self.context(context) + word).tanh() if self.deep else hidden)


def lstm(gates, cell):
    enter, forget, new, leave = gates.chunk(4)
    cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
    return leave.sigmoid() * cell.tanh(), cell
