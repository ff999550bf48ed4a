const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
const list = document.querySelector("nav ol");
const sections = all("main > section");
let current = null;
const mark = () => {
  const atEnd = innerHeight + scrollY >= root.scrollHeight - 2 && scrollY > 0;
  const begun = sections.filter((section) => section.getBoundingClientRect().top < innerHeight * 0.3);
  const link = links.get((atEnd ? sections : begun).at(-1)?.id ?? sections[0]?.id);
  if (link === current) return;
  current?.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
  if (link) {
    list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
    list.scrollTop = link.offsetTop - list.offsetTop - (list.clientHeight - link.offsetHeight) / 2;
  }
  current = link;
};
addEventListener("scroll", mark, { passive: true });
addEventListener("resize", mark);
mark();
