const store = {
  get: () => { try { return localStorage.getItem("umva-theme"); } catch { return null; } },
  set: (theme) => { try { localStorage.setItem("umva-theme", theme); } catch { /* a page from a file may not store */ } },
};
const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const button = document.getElementById("theme");
const label = () => { button.textContent = dark() ? "Light colours" : "Dark colours"; };
const stored = store.get();
if (stored === "dark" || stored === "light") root.dataset.theme = stored;
button.addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  store.set(root.dataset.theme);
  label();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
label();
document.getElementById("controls").hidden = false;
