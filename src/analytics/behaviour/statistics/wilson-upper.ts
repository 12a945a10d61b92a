/** One-sided 95 %. */
const Z = 1.645;

/** The highest probability that `successes` of `trials` still speak for: Wilson's score interval (Wilson 1927), upper end. */
export function wilsonUpper(successes: number, trials: number): number {
  if (trials <= 0) return 1;
  const share = successes / trials;
  const z2 = (Z * Z) / trials;
  return Math.min(
    1,
    (share + z2 / 2 + Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials))) / (1 + z2),
  );
}
