addEventListener("beforeprint", () => {
  for (const each of all("details.booked, details.panels")) each.open = true;
});
document.getElementById("print").addEventListener("click", () => print());
