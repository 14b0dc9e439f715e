/** Cholesky's factorisation of small symmetric matrices, row by row in flat float64 arrays. */

/** The lower triangle L with L Lᵀ = `matrix`, which must be positive definite. */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0, a = i * size, b = j * size; k < j; k++, a++, b++) {
        sum -= (lower[a] as number) * (lower[b] as number);
      }
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * size + j] as number);
    }
  }
  return lower;
}

/** Solves L x = b in place. */
export function solveLower(lower: Float64Array, size: number, x: Float64Array): Float64Array {
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  return x;
}

/** Solves Lᵀ x = b in place. */
export function solveUpper(lower: Float64Array, size: number, x: Float64Array): Float64Array {
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  return x;
}
