// "Why this word?": its regions were taken away, and the picture was captioned again.

// The words of one text, those that the other has not marked; by their longest common sequence.
function difference(text, other) {
  const a = text.split(/\s+/).filter(Boolean), b = other.split(/\s+/).filter(Boolean);
  const common = Array.from({length: a.length + 1}, () => new Array(b.length + 1).fill(0));
  for (let i = a.length; i-- > 0;)
    for (let j = b.length; j-- > 0;) common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  const line = make("span", {dir: "auto"});
  for (let i = 0, j = 0; i < a.length; ++i) {
    while (j < b.length && a[i] !== b[j] && common[i][j + 1] === common[i][j]) ++j;
    const isCommon = j < b.length && a[i] === b[j];
    line.append(isCommon ? a[i] : make("mark", {}, a[i]), " ");
    if (isCommon) ++j;
  }
  return line;
}

function fall(label, value, kind) {
  const bar = make("i", {class: kind});
  bar.style.width = `${Math.max(0.5, value * 100)}%`;
  return [make("span", {}, label), make("span", {class: "track"}, bar), make("span", {class: "figure"}, number(value))];
}

function buildWhy(picture, body) {
  const caption = picture.image.alt;
  const cards = picture.explanation.without.map(({regions, probability, caption: instead}, i) => {
    const word = picture.words[i], label = `The picture without what ${picture.quote(word.word)} looked at most`;
    const {stage, canvas, marks} = miniature(picture, 340, label);
    takeAway(canvas, picture, regions);
    marks.append(...regions.flatMap(region => outline(picture, region)));
    const card = make("article", {class: "why"}, stage, make("div", {},
      make("h4", {}, make("bdi", {}, word.word)),
      make("div", {class: "bars"}, ...fall("with", word.probability, "with"), ...fall("without", probability, "without")),
      make("p", {class: "captions"}, make("small", {}, "with"), difference(caption, instead), make("small", {}, "without"),
        instead === caption ? make("em", {}, "the same caption") : difference(instead, caption))));
    card.addEventListener("pointerenter", () => picture.show(i));
    card.addEventListener("pointerleave", () => picture.show(picture.pinnedWord));
    return card;
  });
  const text = "What each word looked at most was taken out of the picture, and the picture was captioned again. A probability that " +
    "falls says that the word was written for what lay there; one that stays, that it was written for other reasons.";
  body.append(make("p", {class: "text"}, text), make("div", {class: "whys"}, ...cards));
  return () => cards.forEach((card, i) => card.classList.toggle("shown", i === picture.word));
}
