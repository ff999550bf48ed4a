// Scales of axes: from a value to its place between the ends, 0 to 1, and back; and the ticks to write.
// "log of 1 - y" shows the background efficiency where the drawing shows the rejection.
const SCALES = {
  linear: { to: (value) => value, from: (place) => place },
  log: { to: (value) => Math.log10(Math.max(value, 1e-300)), from: (place) => 10 ** place },
  complement: { to: (value) => -Math.log10(Math.max(1 - value, 1e-300)), from: (place) => 1 - 10 ** -place },
};
const placeOf = ([low, high, scale], value) => {
  const { to } = SCALES[scale];
  return (to(value) - to(low)) / (to(high) - to(low));
};
const valueAt = ([low, high, scale], place) => {
  const { to, from } = SCALES[scale];
  return from(to(low) + place * (to(high) - to(low)));
};

const niceStep = (span) => {
  const power = 10 ** Math.floor(Math.log10(span / 5));
  return power * [1, 2, 5, 10].find((each) => span / (each * power) <= 6);
};
const linearTicks = (low, high, unit) => {
  const step = niceStep(Math.abs(high - low));
  const places = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  const first = Math.ceil(Math.min(low, high) / step - 1e-9);
  const last = Math.floor(Math.max(low, high) / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return [value, minus((value / unit).toFixed(places))];
  });
};
const logTicks = (low, high, unit) => {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  if (Math.log10(high / low) < 1.2) return linearTicks(low, high, unit).filter(([value]) => value > 0);
  const stride = Math.ceil((last - first) / 8);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .filter((power) => power % stride === 0)
    .map((power) => [10 ** power, Math.abs(power) < 3 ? String(Number((10 ** power).toPrecision(3))) : `10${superscript(power)}`]);
};
const ticksOf = ([low, high, scale, unit]) => {
  if (scale === "linear") return linearTicks(low, high, unit);
  if (scale === "log") return logTicks(low, high, unit);
  return logTicks(Math.min(1 - low, 1 - high), Math.max(1 - low, 1 - high), 1).map(([value, text]) => [1 - value, text]);
};
