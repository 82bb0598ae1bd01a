"""The LSTM decoder of models/decoders in plain PyTorch, as its paper reads: one caption after the other, one step after the other, the picture
repeated for each caption. Its outputs, gradients and a loss curve are what tests/parity/decoders_parity_test.cpp compares with."""

import copy
import itertools

import torch
from torch import nn
from torch.nn import functional as F

import exchange

FEATURE, ATTENTION, WORD, HIDDEN, VOCABULARY = 12, 9, 8, 10, 17
FEATURE_HEADS = 3
PICTURES, CAPTIONS, WORDS, REGIONS = 2, 3, 6, 7
LABEL_SMOOTHING, DOUBLY_STOCHASTIC, SAMPLING, ENTROPY, BASELINE_DECAY = 0.1, 0.7, 0.8, 0.05, 0.9
SAMPLED_SHARE = 0.5
PAD, START, END, FIRST_WORD = 0, 1, 2, 4


def sparsest(scores, power):
    """Weights max(scores - τ, 0)^power that sum to 1, as their authors derive them: which regions have weight is found by trying every number
    of the highest, and τ from those, with the gradient of plain arithmetic."""
    highest = scores.sort(descending=True).values
    for count in range(1, len(scores) + 1):
        some = highest[:count]
        if power == 1:
            threshold = (some.sum() - 1) / count
        else:
            spread = (some - some.mean()).square().sum()
            if spread >= 1:
                break
            threshold = some.mean() - ((1 - spread) / count).sqrt()
        if count == len(scores) or highest[count] <= threshold:
            break
    return (scores - threshold).clamp(min=0) ** power


NORMALISERS = {
    "softmax": lambda scores: scores.softmax(0),
    "hard": lambda scores: scores.softmax(0),
    "sparsemax": lambda scores: sparsest(scores, 1),
    "entmax15": lambda scores: sparsest(scores / 2, 2),
}


class Attention(nn.Module):
    """One query looks at the regions of one picture, one head after the other."""

    def __init__(self, score, normaliser="softmax", heads=1, values="features"):
        super().__init__()
        self.kind, self.normaliser, self.heads = score, normaliser, heads
        self.query_size = FEATURE if score == "dot" else ATTENTION
        self.context_size = ATTENTION if values == "projected" else FEATURE
        if score != "dot":
            self.key_projection = nn.Linear(FEATURE, ATTENTION, bias=False)
        if values == "projected":
            self.value_projection = nn.Linear(FEATURE, ATTENTION, bias=False)
            self.output_projection = nn.Linear(ATTENTION, ATTENTION)
        if normaliser == "hard":
            self.register_buffer("baseline", torch.zeros(()))
        if score == "concat":
            self.query_projection = nn.Linear(ATTENTION, ATTENTION, bias=False)
        if score == "cosine":
            self.log_scale = nn.Parameter(torch.zeros(heads))
        if score == "mlp":
            self.hidden_weight = nn.Parameter(torch.zeros(heads, ATTENTION // heads, ATTENTION // heads))
            self.hidden_bias = nn.Parameter(torch.zeros(heads, ATTENTION // heads))
        if score in ("additive", "additive_relu", "additive_separate", "concat", "mlp"):
            self.score = nn.Parameter(torch.randn(ATTENTION))

    def head(self, vectors, number):
        return vectors.chunk(self.heads, -1)[number]

    def scores_of(self, query, regions, n):
        """query [A], regions [L, D] → [L] of head n"""
        if self.kind == "dot":
            return self.head(regions, n) @ self.head(query, n)
        if self.kind == "concat":
            joined = torch.cat([self.query_projection.weight, self.key_projection.weight], 1)
            pairs = torch.cat([query.expand(len(regions), -1), regions], 1)
            return self.head((pairs @ joined.T).tanh(), n) @ self.head(self.score, n)
        query, keys = self.head(query, n), self.head(self.key_projection(regions), n)
        if self.kind == "general":
            return keys @ query
        if self.kind == "scaled_dot":
            return keys @ query / len(query) ** 0.5
        if self.kind == "cosine":
            return self.log_scale[n].exp() * F.cosine_similarity(query[None], keys)
        score = self.head(self.score, n)
        if self.kind == "mlp":
            return ((query + keys).relu() @ self.hidden_weight[n] + self.hidden_bias[n]).relu() @ score
        return {"additive": lambda: (query + keys).tanh(), "additive_relu": lambda: (query + keys).relu(),
                "additive_separate": lambda: query.tanh() + keys.tanh()}[self.kind]() @ score

    def forward(self, query, features, draws=None, sentinel=None):
        """→ context, weights [L], and how much of the context is the picture's. draws [N, L]: which region each head drew, as a one-hot, or
        all 0 where it took the mean; with them, their log-probability and the entropy."""
        seen = features if sentinel is None else torch.cat([features, sentinel[None]])
        contexts, looks, shares, log_probability, entropy = [], [], [], 0, 0
        for n in range(self.heads):
            weights = NORMALISERS[self.normaliser](self.scores_of(query, seen, n))
            taken = weights
            if draws is not None:
                entropy = entropy - (weights * weights.log()).sum()
                if draws[n].any():
                    taken = draws[n]
                    log_probability = log_probability + (draws[n] @ weights).log()
            values = self.value_projection(seen) if hasattr(self, "value_projection") else seen
            contexts.append(taken @ values.chunk(self.heads, 1)[n])
            shares.append(weights[:len(features)].sum())
            looks.append(weights[:len(features)] / shares[-1])
        context = torch.cat(contexts)
        if hasattr(self, "output_projection"):
            context = self.output_projection(context)
        return context, torch.stack(looks).mean(0), torch.stack(shares).mean(), log_probability, entropy


class Mean(nn.Module):
    """No attention: the mean of the regions at every word, or nothing."""

    def __init__(self, context_size):
        super().__init__()
        self.query_size, self.context_size, self.normaliser = 0, context_size, "softmax"

    def forward(self, query, features, draws=None, sentinel=None):
        return features.mean(0)[:self.context_size], torch.full((len(features),), 1 / len(features)), None, 0, 0


class Projection(nn.Module):
    def __init__(self):
        super().__init__()
        self.standardise = nn.BatchNorm1d(FEATURE, affine=False)
        self.linear = nn.Linear(FEATURE, FEATURE)
        self.norm = nn.LayerNorm(FEATURE)

    def forward(self, features):
        return self.norm(self.linear(self.standardise(features.flatten(0, 1)).unflatten(0, features.shape[:2]))).relu()


class Decoder(nn.Module):
    def __init__(self, score="additive", gate="vector", initial_state="mean_feature", output="deep", refiner="none", look="before_step",
                 feeding=False, **attention):
        super().__init__()
        self.refiner = Projection() if refiner == "projection" else None
        self.attention = {"none": lambda: Mean(FEATURE), "start": lambda: Mean(0)}.get(score, lambda: Attention(score, **attention))()
        self.gate, self.looks_after, self.feeding = gate, look == "after_step", feeding
        context, query = self.attention.context_size, self.attention.query_size
        gate_size = {"none": 0, "sentinel": 0, "scalar": min(1, context), "vector": context, "attention_on_attention": 2 * context}[gate]
        gates = (5 if gate == "sentinel" else 4) * HIDDEN
        self.asked = [query, gate_size]
        self.embedding = nn.Embedding(VOCABULARY, WORD)
        if initial_state == "mean_feature":
            self.initial_hidden, self.initial_cell = nn.Linear(FEATURE, HIDDEN), nn.Linear(FEATURE, HIDDEN)
        self.recurrent = nn.Linear(HIDDEN, gates + (0 if self.looks_after else sum(self.asked)))
        self.word_gates = nn.Linear(WORD, gates, bias=False)
        if self.looks_after:
            if feeding:
                self.feeding_gates = nn.Linear(HIDDEN, gates, bias=False)
            if sum(self.asked):
                self.ask = nn.Linear(HIDDEN, sum(self.asked))
            self.combine = nn.Linear(context + HIDDEN, HIDDEN)
        elif context:
            self.context_gates = nn.Linear(context, gates, bias=False)
        if gate == "sentinel":
            self.sentinel = nn.Linear(HIDDEN, FEATURE)
        if gate == "attention_on_attention":
            self.inform = nn.Linear(context, 2 * context, bias=False)
        if output == "deep":
            self.output_hidden = nn.Linear(HIDDEN, WORD)
            if context:
                self.output_context = nn.Linear(context, WORD, bias=False)
        self.output = nn.Linear(WORD if output == "deep" else HIDDEN, VOCABULARY)

    def start(self, features):
        combined = torch.zeros(HIDDEN)
        if not hasattr(self, "initial_hidden"):
            return torch.zeros(HIDDEN), torch.zeros(HIDDEN), combined
        mean = features.mean(0)
        return self.initial_hidden(mean).tanh(), self.initial_cell(mean).tanh(), combined

    def attend(self, query, gate, features, draws, sentinel):
        """→ the context that is used, and what was seen."""
        context, *seen = self.attention(query, features, draws, sentinel)
        if self.gate == "attention_on_attention":
            information, gate = (gate + self.inform(context)).chunk(2)
            context = gate.sigmoid() * information
        elif len(gate):
            context = gate.sigmoid() * context
        return context, seen

    def lstm(self, gates, cell):
        enter, forget, new, leave, *sentinel = gates.split(HIDDEN)
        cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
        return leave.sigmoid() * cell.tanh(), cell, self.sentinel(sentinel[0].sigmoid() * cell.tanh()) if sentinel else None

    def step(self, token, hidden, cell, combined, features, draws):
        word = self.embedding(token)
        if self.looks_after:
            gates = self.recurrent(hidden) + self.word_gates(word)
            if self.feeding:
                gates = gates + self.feeding_gates(combined)
            hidden, cell, sentinel = self.lstm(gates, cell)
            query, gate = self.ask(hidden).split(self.asked) if sum(self.asked) else (torch.zeros(0), torch.zeros(0))
            context, seen = self.attend(query, gate, features, draws, sentinel)
            combined = self.combine(torch.cat([context, hidden])).tanh()
        else:
            query, gate, gates = self.recurrent(hidden).split(self.asked + [4 * HIDDEN])
            context, seen = self.attend(query, gate, features, draws, None)
            gates = gates + self.word_gates(word)
            if len(context):
                gates = gates + self.context_gates(context)
            hidden, cell, _ = self.lstm(gates, cell)
            combined = hidden
        if hasattr(self, "output_hidden"):
            deep = self.output_hidden(combined) + word
            if len(context):
                deep = deep + self.output_context(context)
            logits = self.output(deep.tanh())
        else:
            logits = self.output(combined)
        return logits, seen, hidden, cell, combined

    def caption(self, features, tokens, draws):
        """features [L, D], tokens [T], draws [T, N, L] → logits [T, V], weights [T, L], log-probability and entropy of what was drawn [T]"""
        state = self.start(features)
        outputs = []
        for t, token in enumerate(tokens):
            logits, (weights, _, log_probability, entropy), *state = self.step(token, *state, features, None if draws is None else draws[t])
            outputs.append([logits, weights, torch.as_tensor(log_probability), torch.as_tensor(entropy)])
        return [torch.stack(parts) for parts in zip(*outputs)]

    def forward(self, features, tokens, draws=None):
        """features [B, L, D], tokens [B, K, T], draws [B, K, T, N, L] → logits [B, K, T, V], weights [B, K, T, L], and [B, K, T] twice"""
        if self.refiner:
            features = self.refiner(features)
        outputs = [[self.caption(picture, caption, None if draws is None else draws[b, k]) for k, caption in enumerate(captions)]
                   for b, (picture, captions) in enumerate(zip(features, tokens))]
        return tuple(torch.stack([torch.stack([caption[i] for caption in captions]) for captions in outputs]) for i in range(4))


def draw(decoder, features, tokens, seed):
    """What hard attention draws, by the generator's own stream: at each word first the noise that a region is drawn by, then who draws at all.
    The decoder's weights decide, so the words are gone through one by one."""
    heads, count = decoder.attention.heads, tokens.size(2) - 1
    torch.manual_seed(seed)
    draws = torch.zeros(PICTURES, CAPTIONS, count, heads, REGIONS)
    states = [[decoder.start(features[b]) for _ in range(CAPTIONS)] for b in range(PICTURES)]
    for t in range(count):
        noise = torch.empty(PICTURES, heads, CAPTIONS, REGIONS).exponential_()
        draws_at_all = torch.rand(PICTURES, heads, CAPTIONS, 1) < SAMPLED_SHARE
        for b, k in itertools.product(range(PICTURES), range(CAPTIONS)):
            query = decoder.recurrent(states[b][k][0]).split(decoder.asked + [4 * HIDDEN])[0]
            for n in range(heads):
                weights = decoder.attention.scores_of(query, features[b], n).softmax(0)
                drawn = F.one_hot((weights / noise[b, n, k]).argmax(), REGIONS)
                draws[b, k, t, n] = drawn * draws_at_all[b, n, k]
            _, _, *states[b][k] = decoder.step(tokens[b, k, t], *states[b][k], features[b], draws[b, k, t])
    return draws.detach()


def loss_of(decoder, features, tokens, seed):
    """Moves the baseline of hard attention, as a step of training does."""
    draws = draw(decoder, features.detach(), tokens, seed) if decoder.attention.normaliser == "hard" else None
    logits, weights, log_probability, entropy = decoder(features, tokens[:, :, :-1], draws)
    targets = tokens[:, :, 1:]
    loss = F.cross_entropy(logits.flatten(0, 2), targets.flatten(), ignore_index=PAD, label_smoothing=LABEL_SMOOTHING)
    gaps, costs, rewards = [], [], []
    for picture in range(PICTURES):
        for caption in range(CAPTIONS):
            words = targets[picture, caption] != PAD
            if not words.any():
                continue
            gaps.append((1 - weights[picture, caption][words].sum(0)).square().mean())
            costs.append(F.cross_entropy(logits[picture, caption][words], targets[picture, caption][words]).detach())
            if draws is not None:
                rewards.append(((costs[-1] - decoder.attention.baseline) * SAMPLING * log_probability[picture, caption]
                                - ENTROPY * entropy[picture, caption])[words])
    if draws is not None:
        loss = loss + torch.cat(rewards).mean()
        decoder.attention.baseline = BASELINE_DECAY * decoder.attention.baseline + (1 - BASELINE_DECAY) * torch.stack(costs).mean()
    return loss + DOUBLY_STOCHASTIC * torch.stack(gaps).mean(), logits, weights


def random_tokens():
    tokens = torch.randint(FIRST_WORD, VOCABULARY, (PICTURES, CAPTIONS, WORDS))
    tokens[:, :, 0] = START
    tokens[:, :, -1] = END
    tokens[0, 1, 3:] = torch.tensor([END, PAD, PAD])  # a short caption
    tokens[1, 2] = PAD  # a caption that is not there
    return tokens


def name_of(score="additive", gate="vector", initial_state="mean_feature", output="deep", **others):
    parts = [score, gate, initial_state, output]
    for key in ("refiner", "normaliser", "values", "heads", "look", "feeding"):
        if key in others:
            parts.append({"heads": "heads" + str(others[key]), "feeding": "feeding"}.get(key, others[key]))
    return "_".join(parts)


def write_case(**switches):
    decoder = Decoder(**switches)
    for parameter in decoder.parameters():
        nn.init.normal_(parameter, std=0.5)
    features = torch.randn(PICTURES, REGIONS, FEATURE, requires_grad=True)
    tokens = random_tokens()

    after = torch.get_rng_state()  # the next case begins here, whatever this one draws
    trained = copy.deepcopy(decoder)
    adam = torch.optim.Adam(trained.parameters(), lr=0.01)
    curve = []
    for step in range(10):
        adam.zero_grad()
        loss, _, _ = loss_of(trained, features.detach(), tokens, step)
        loss.backward()
        adam.step()
        curve.append(loss.item())

    before = copy.deepcopy(decoder)  # its weights, and the baseline from which the loss is told
    loss, logits, weights = loss_of(decoder, features, tokens, 0)
    if decoder.attention.normaliser == "hard":
        decoder.attention.baseline = before.attention.baseline
    exchange.write(name_of(**switches), decoder, loss, features=features, tokens=tokens, logits=logits, looks=weights, total=loss,
                   curve=torch.tensor(curve, dtype=torch.float64))
    torch.set_rng_state(after)


exchange.prepare()
for score, gate, initial_state, output in itertools.product(["additive", "none"], ["none", "scalar", "vector"], ["zero", "mean_feature"],
                                                            ["plain", "deep"]):
    write_case(score=score, gate=gate, initial_state=initial_state, output=output)
write_case(refiner="projection")
SCORES = ["additive", "additive_relu", "additive_separate", "concat", "cosine", "dot", "general", "mlp", "scaled_dot"]
for score in SCORES:
    if score != "additive":
        write_case(score=score)
    write_case(score=score, normaliser="entmax15", values="projected", heads=3)
for normaliser in ("sparsemax", "entmax15", "hard"):
    write_case(normaliser=normaliser)
write_case(score="scaled_dot", normaliser="hard", heads=3)
write_case(values="projected")
write_case(heads=FEATURE_HEADS)
write_case(score="start")
write_case(gate="attention_on_attention")
for look in ({"look": "after_step"}, {"look": "after_step", "feeding": True}):
    for gate, output in itertools.product(["none", "vector", "sentinel", "attention_on_attention"], ["plain", "deep"]):
        write_case(gate=gate, output=output, **look)
    write_case(score="none", gate="none", **look)
    write_case(score="start", gate="none", **look)
    write_case(score="scaled_dot", gate="sentinel", normaliser="sparsemax", values="projected", heads=3, **look)
