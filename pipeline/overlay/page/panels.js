// Parts of a picture that are folded away; what is in them is made when they are opened.
function addPanel(picture, title, hint, build) {
  const body = make("div", {class: "body"}), summary = make("summary", {}, title, make("small", {}, hint));
  const panel = make("details", {class: "panel"}, summary, body);
  picture.article.append(panel);
  panel.addEventListener("toggle", async () => {
    if (!panel.open || body.firstChild) return;
    await picture.image.decode().catch(() => {});
    if (body.firstChild || !picture.image.naturalWidth) return;
    const update = build(body);
    picture.views.push(() => { if (panel.open) update(); });
    picture.tell();
  });
}

// A copy of the picture to paint on, with a layer for outlines.
function miniature(picture, longest, label) {
  const canvas = make("canvas", {role: "img", "aria-label": label}), stage = make("div", {class: "stage"}, canvas);
  sizeLike(canvas, picture, longest);
  return {stage, canvas, marks: marksOver(stage, picture)};
}
