/** Lanczos's coefficients for g = 7, n = 9 (Lanczos 1964; as in Numerical Recipes, §6.1): 15 digits. */
const coefficients = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  const z = x - 1;
  const sum = coefficients.reduce(
    (total, value, index) => total + value / (z + index + 1),
    0.9999999999998099,
  );
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
