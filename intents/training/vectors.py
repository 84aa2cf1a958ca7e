"""Spaces in which features that mean something alike lie near each other, and what they say of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from intents.classifier.model import Floats

SIZE = 100
"""Axes of a space."""

FEWEST = 2
"""Lines that a feature must stand in to lie in a space."""

STEPS, SPARE = 2, 10
"""Power iterations of a decomposition, and axes more than are kept."""

SHRINKAGE = 0.1
"""Share of the covariance within classes that is taken to be alike in all directions."""

OF_WORDS, OF_ALL = 0.022, 0.016
"""Weight of what each space says beside the features themselves; chosen on tests.bench.residents, in folds."""


@dataclass(frozen=True)
class Space:
    """Where features lie."""

    rows: npt.NDArray[np.intp]
    """Row in the vocabulary of each; (features,)."""
    axes: npt.NDArray[np.float32]
    """(features, `SIZE`)."""
    weight: float
    """Of what it says of the classes."""

    def among(self, known: npt.NDArray[np.bool_]) -> Space:
        """Return it for a vocabulary of which only the rows that are `known` (features,) are left."""
        left = known[self.rows]
        return replace(self, rows=(np.cumsum(known) - 1)[self.rows[left]], axes=self.axes[left])

    def says(
        self, values: csr_matrix, targets: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return what it adds to the coefficients of its rows (features, classes) and to the intercepts (classes,).

        They are those of a linear discriminant of the TF-IDF `values` (examples, vocabulary) in this space: linear
        in the features again, so that serving knows nothing of it.
        """
        coefficients, intercepts = discriminant(np.asarray(values[:, self.rows] @ self.axes, np.float64), targets)
        added = self.weight * (self.axes @ coefficients.astype(np.float32))
        return np.asarray(added, np.float32), np.asarray(self.weight * intercepts, np.float32)


def spaces(counts: csr_matrix, groups: Sequence[int], words: npt.NDArray[np.intp], seed: int) -> tuple[Space, ...]:
    """Return spaces learned from `counts` (examples, features), of one example a group.

    One of the `words` among the features: the first axes of the positive pointwise mutual information of two words in
    one message (Levy and Goldberg, 2014). One of all of them: latent semantic analysis of their TF-IDF values.
    """
    _, first = np.unique(groups, return_index=True)
    lines = counts[first]
    often = lines.getnnz(axis=0)
    words, every = words[often[words] >= FEWEST], np.flatnonzero(often >= FEWEST)
    if not len(every):
        return ()
    together = _axes(_information(lines[:, words]), seed)
    together /= np.maximum(np.linalg.norm(together, axis=1, keepdims=True), 1e-9)
    return (Space(words, together, OF_WORDS), Space(every, _axes(_values(lines[:, every]), seed), OF_ALL))


def _values(counts: csr_matrix) -> csr_matrix:
    """Return TF-IDF values as the classifier weighs them, turned: (features, examples)."""
    idf = np.log((1 + counts.shape[0]) / (1 + counts.getnnz(axis=0))) + 1
    values = counts.copy()
    values.data = (1 + np.log(counts.data)) * idf[counts.indices]
    lengths = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
    values.data /= np.repeat(lengths, counts.getnnz(axis=1))
    return values.T.tocsr()


def _information(counts: csr_matrix) -> csr_matrix:
    """Return by how much oftener than by chance two features stand in one of the examples; (features, features)."""
    stands = (counts > 0).astype(np.float64)
    often = np.asarray(stands.sum(axis=0)).ravel()
    together = (stands.T @ stands).tocoo()
    information = np.log(together.data * stands.shape[0] / (often[together.row] * often[together.col]))
    kept = (information > 0) & (together.row != together.col)
    return csr_matrix((information[kept], (together.row[kept], together.col[kept])), shape=together.shape)


def _axes(matrix: csr_matrix, seed: int) -> npt.NDArray[np.float32]:
    """Return the first left singular vectors of `matrix` (features, …); (features, `SIZE` or fewer).

    Of a random mixture of its columns, multiplied again (Halko, Martinsson and Tropp, 2011).
    """
    size = min(SIZE, *(side - 1 for side in matrix.shape))
    if size < 1:
        return np.zeros((matrix.shape[0], 1), np.float32)
    matrix = matrix.astype(np.float32)
    drawn = np.random.default_rng(seed).normal(size=(matrix.shape[1], min(size + SPARE, *matrix.shape)))
    basis = np.linalg.qr(matrix @ drawn.astype(np.float32))[0]
    for _ in range(STEPS):
        basis = np.linalg.qr(matrix @ (matrix.T @ basis))[0]
    axes = basis @ np.linalg.svd((matrix.T @ basis).T, full_matrices=False)[0]
    return np.asarray(axes[:, :size], np.float32)


def discriminant(values: Floats, targets: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return coefficients (size, classes) and intercepts of a linear discriminant of `values` (examples, size)."""
    classes = int(targets.max()) + 1
    sizes = np.maximum(np.bincount(targets, minlength=classes), 1)
    means = np.zeros((classes, values.shape[1]))
    np.add.at(means, targets, values)
    means /= sizes[:, None]
    within = values - means[targets]
    spread = within.T @ within / len(targets)
    alike = max(float(np.trace(spread)) / len(spread), 1e-9) * np.eye(len(spread))
    coefficients = np.linalg.solve((1 - SHRINKAGE) * spread + SHRINKAGE * alike, means.T)
    return np.asarray(coefficients, np.float64), np.asarray(-0.5 * (means * coefficients.T).sum(axis=1), np.float64)
