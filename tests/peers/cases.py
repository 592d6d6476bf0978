"""The compared networks in PyTorch, in the form that is fastest there.

`load` takes the parameters that axo exported, so that both start from the same numbers: axo stores a linear map as
[from..., to...] and pictures as [batch, row, column, colour].
"""
import math

import torch
from torch import nn
from torch.nn import functional as F


def copy(parameter, values):
    with torch.no_grad():
        parameter.copy_(values)


class Perceptron(nn.Module):
    """Dense layers; `activation` between them."""

    def __init__(self, sizes, activation):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.activation = activation

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x)

    def load(self, get):
        for i, layer in enumerate(self.layers, 1):
            name = "output" if i == len(self.layers) else f"hidden{i}"
            copy(layer.weight, get(f"{name}.weight").reshape(layer.in_features, layer.out_features).T)
            copy(layer.bias, get(f"{name}.bias"))


class SmallCnn(nn.Module):
    """Two 3x3 convolutions with pooling, then the classes; x: [batch, colour, row, column]."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)])
        self.output = nn.Linear(32 * 7 * 7, 10)
        self.to(memory_format=torch.channels_last)  # colours innermost: 0.6 of the time of torch's default

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x)), 2)
        return self.output(x.flatten(1))

    def load(self, get):
        for i, convolution in enumerate(self.convolutions, 1):  # [row, column, from, to] -> [to, from, row, column]
            copy(convolution.weight, get(f"conv{i}.weight").permute(3, 2, 0, 1))
            copy(convolution.bias, get(f"conv{i}.bias"))
        weight = get("output.weight").reshape(7, 7, 32, 10).permute(2, 0, 1, 3).reshape(-1, 10)
        copy(self.output.weight, weight.T)
        copy(self.output.bias, get("output.bias"))


class Block(nn.Module):
    def __init__(self, width, heads, block):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)
        self.register_buffer("mask", torch.full((block, block), -math.inf).triu(1))

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.qkv(self.norms[0](x)).view(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4).unbind()
        a = torch.softmax(q @ k.transpose(-2, -1) * self.scale + self.mask, -1)
        x = x + self.out((a @ v).transpose(1, 2).reshape(B, T, C))
        return x + self.down(F.gelu(self.up(self.norms[1](x))))

    def load(self, get):
        width = self.qkv.in_features
        maps = [get(f"attended/{name}.weight").reshape(width, width) for name in "qkvy"]
        copy(self.qkv.weight, torch.cat(maps[:3], 1).T)
        copy(self.out.weight, maps[3].T)
        copy(self.up.weight, get("mixed/up.weight").T)
        copy(self.down.weight, get("mixed/down.weight").T)
        for norm, name in zip(self.norms, ("layer_norm", "layer_norm2")):
            copy(norm.weight, get(f"{name}.scale"))
            copy(norm.bias, get(f"{name}.shift"))


class CharTransformer(nn.Module):
    def __init__(self, vocabulary=65, width=128, layers=4, heads=4, block=64):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(0.02 * torch.randn(block, width))
        self.blocks = nn.ModuleList(Block(width, heads, block) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.token.weight, std=0.02)

    def forward(self, x):
        x = self.token(x) + self.position
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.token.weight)

    def load(self, get):
        copy(self.token.weight, get("embedding.table"))
        copy(self.position, get("position.table"))
        for i, block in enumerate(self.blocks, 1):
            block.load(lambda name: get(f"blocks/{i}/{name}"))
        copy(self.norm.weight, get("norm.scale"))
        copy(self.norm.bias, get("norm.shift"))


def squaredError(prediction, target):
    return F.mse_loss(prediction.view_as(target), target)


def crossEntropy(logits, target):
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))


class Case:
    """A network, its loss, its optimiser ("sgd" or "adamw" and the rate) and the shapes of one batch."""

    def __init__(self, network, loss, x, y, optimiser, rate, goal, threads=(2,)):
        self.network, self.loss, self.x, self.y = network, loss, x, y
        self.optimiser, self.rate, self.goal, self.threads = optimiser, rate, goal, threads

    def batches(self, count):
        """Made-up batches of the right shapes: enough to measure time."""
        generator = torch.Generator().manual_seed(0)

        def draw(kind, shape):
            if kind == "real":
                return torch.randn(shape, generator=generator)
            return torch.randint(kind, shape, generator=generator)

        return [(draw(*self.x), draw(*self.y)) for _ in range(count)]

    def steps(self, threads, lean, traced, batches, network=None):
        """A function that does one step per batch and returns the last loss; nothing but the step is in it."""
        torch.set_num_threads(threads)
        network = network or self.network()
        parameters = list(network.parameters())

        class Objective(nn.Module):
            def __init__(self, network, loss):
                super().__init__()
                self.network, self.loss = network, loss

            def forward(self, x, y):
                return self.loss(self.network(x), y)

        objective = Objective(network, self.loss)
        if traced:
            objective = torch.jit.trace(objective, batches[0], check_trace=False)
        make = {"sgd": lambda p: torch.optim.SGD(p, self.rate, foreach=True),
                "adamw": lambda p: torch.optim.AdamW(p, self.rate, weight_decay=0.01, foreach=not lean)}
        optimiser = make[self.optimiser](parameters)

        def byOptimiser():
            for x, y in batches:
                optimiser.zero_grad(set_to_none=True)
                loss = objective(x, y)
                loss.backward()
                optimiser.step()
            return loss

        def byHand():  # gradients and update in as few calls as torch has
            for x, y in batches:
                loss = objective(x, y)
                gradients = torch.autograd.grad(loss, parameters)
                with torch.no_grad():
                    torch._foreach_add_(parameters, gradients, alpha=-self.rate)
            return loss

        return byHand if lean and self.optimiser == "sgd" else byOptimiser

    def variants(self):
        return [(threads, lean, traced) for threads in self.threads for lean in (False, True) for traced in (False, True)]


def image(batch):
    return ("real", (batch, 1, 28, 28))


CASES = {
    "playground-500": Case(lambda: Perceptron([2, 8, 8, 1], torch.tanh), squaredError, ("real", (500, 2)),
                           ("real", (500,)), "sgd", 0.03, 15, threads=(1, 2)),
    "playground-batch-10": Case(lambda: Perceptron([2, 8, 8, 1], torch.tanh), squaredError, ("real", (10, 2)),
                                ("real", (10,)), "sgd", 0.03, 100, threads=(1, 2)),
    "mlp-512": Case(lambda: Perceptron([784, 512, 512, 10], F.relu), crossEntropy, image(128), (10, (128,)), "sgd", 0.1, 1.5),
    "mnist-cnn": Case(SmallCnn, crossEntropy, image(64), (10, (64,)), "sgd", 0.1, 1.2),
    "char-transformer": Case(CharTransformer, crossEntropy, (65, (32, 64)), (65, (32, 64)), "adamw", 0.001, 1.2),
}
