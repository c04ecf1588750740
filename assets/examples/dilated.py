"""C1 C2 C3 C4: convolutions, depthwise-separable ones, dilated ones, and no pool but the last over all."""

from torch import nn


def convolution(norm, inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), norm(outputs), nn.ReLU())


def separable(norm, inputs, outputs, *, stride=1, dilation=1):
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, dilation, dilation, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        norm(outputs),
        nn.ReLU(),
    )


def net(norm, classes, size):
    return nn.Sequential(
        convolution(norm, 3, 32),  # C1, size x size pixels
        convolution(norm, 32, 32),
        separable(norm, 32, 64, stride=2),  # C2, half as many a side
        convolution(norm, 64, 64),
        separable(norm, 64, 96, dilation=2),  # C3
        separable(norm, 96, 96, stride=2),
        convolution(norm, 96, 96),  # C4, a quarter
        separable(norm, 96, 128, dilation=2),
        nn.AdaptiveAvgPool2d(1),  # GAP
        nn.Flatten(),
        nn.Linear(128, classes),
    )
