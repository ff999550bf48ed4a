// Figures of merit of s signal over b background events, the latter known to a share u; each as umva.reports.measures has it.
const asimov = (s, b, u) => {
  if (b <= 0) return s > 0 ? Infinity : 0;
  const variance = (u * b) ** 2;
  const ratio = s / b;
  if (variance === 0) return Math.sqrt(2 * Math.max(b * ((1 + ratio) * Math.log1p(ratio) - ratio), 0));
  const first = (s + b) * Math.log(((s + b) * (b + variance)) / (b * b + (s + b) * variance));
  const second = ((b * b) / variance) * Math.log1p((variance * s) / (b * (b + variance)));
  return Math.sqrt(2 * Math.max(first - second, 0));
};
const safe = (above, below) => below > 0 ? above / below : above > 0 ? Infinity : 0;
const ams = (s, b) => asimov(s, b + 10, 0);
const purity = (s, b) => safe(s, s + b);
const MERITS = {
  "S/sqrt(B)": ["S/√B", (s, b) => safe(s, Math.sqrt(b))],
  "S/sqrt(S+B)": ["S/√(S+B)", (s, b) => safe(s, Math.sqrt(s + b))],
  Asimov: ["Asimov Z", asimov],
  AMS: ["AMS", ams],
};
// One standard deviation of a figure of merit by those of s and b (delta method).
const errorOf = (merit, s, b, ds, db, u) => {
  const slope = (shift, size) => size > 0 ? (shift(1e-3 * size) - shift(-1e-3 * size)) / 2e-3 : 0;
  const bySignal = slope((step) => merit(s + step, b, u), ds);
  const byBackground = slope((step) => merit(s, b + step, u), db);
  return Math.hypot(bySignal, byBackground);
};
