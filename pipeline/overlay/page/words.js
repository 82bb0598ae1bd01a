// The words of the caption, and where the word that is shown looked.

// Buttons show their word while a pointer is on them or the keyboard, and pin it on a click; arrow keys walk along them.
function wordButtons(picture, toolbar, buttons) {
  const focus = index => {
    buttons.forEach((item, i) => item.tabIndex = i === index ? 0 : -1);
    buttons[index].focus();
  };
  buttons.forEach((item, i) => {
    item.addEventListener("pointerenter", () => picture.show(i));
    item.addEventListener("pointerleave", () => picture.show(picture.pinnedWord));
    item.addEventListener("focus", () => picture.show(i));
    item.addEventListener("blur", () => picture.show(picture.pinnedWord));
    item.addEventListener("click", () => picture.pin(picture.pinnedWord === i ? -1 : i));
  });
  toolbar.addEventListener("keydown", event => {
    const last = buttons.length - 1, now = buttons.indexOf(document.activeElement), step = stepOf(event, toolbar);
    const target = step ? Math.min(Math.max(now + step, 0), last) : {Home: 0, End: last}[event.key];
    if (event.key === "Escape") { picture.pin(-1); picture.take(-1); }
    else if (target === undefined) return;
    else focus(target);
    event.preventDefault();
  });
  picture.views.push(() => buttons.forEach((item, i) => {
    item.classList.toggle("shown", i === picture.word);
    item.setAttribute("aria-pressed", String(i === picture.pinnedWord));
  }));
  return focus;
}

// The same words once more, small, for a part that lies far below the caption; it shows the latest where none is pointed at.
function wordBar(picture) {
  const buttons = picture.words.map((word, i) => button({tabindex: i ? "-1" : "0"}, make("bdi", {}, word.word)));
  const dir = picture.isRightToLeft ? "rtl" : "ltr";
  const bar = make("div", {class: "bar", role: "toolbar", dir, "aria-label": "Words of the caption"}, ...buttons);
  wordButtons(picture, bar, buttons);
  picture.views.push(() => buttons.forEach((item, i) => item.classList.toggle("latest", i === picture.latest)));
  return bar;
}

// The words in the colour of how much each looked at the region.
function tintByRegion(picture, buttons) {
  const {region} = picture, most = region < 0 ? 0 : largest(picture.words.map(word => word.values[region]));
  picture.article.querySelector(".caption").classList.toggle("tinted", region >= 0);
  const part = word => region < 0 || !most ? 0 : word.values[region] / most;
  picture.words.forEach((word, i) => buttons[i].style.setProperty("--looked", `${Math.round(part(word) * 100)}%`));
}

function tellWord(picture, look) {
  if (look.isSum) {
    const most = look.values.indexOf(look.most);
    return `All words together looked most ${placeName(picture, most)}: ${number(look.most)} of ${picture.words.length}, ` +
      `${number(look.most * picture.regions / picture.words.length)} times an even look.`;
  }
  const most = look.values.indexOf(largest(look.values));
  const place = most < 0 ? "" : placeName(picture, most);
  return `${picture.quote(look.word)}: probability ${number(look.probability)}` + ("gate" in look ? `, gate β ${number(look.gate)}` : "") +
    `. Largest weight ${number(look.most)} ${place}, ${number(look.most * picture.regions)} times an even look.`;
}

function tellRegion(picture) {
  const {region, words} = picture;
  if (region < 0) return "Point at a place in the picture: which words looked at it?";
  const weights = words.map(word => word.values[region]), first = byWeight(weights).slice(0, 3).filter(i => weights[i] > 0);
  return `The region ${placeName(picture, region)} (${regionName(picture, region)}) was looked at ` +
    (first.length ? "most by " + first.map(i => `${picture.quote(words[i].word)} ${number(weights[i])}`).join(", ") + "." : "by no word.");
}

// Caption, map and outline over the picture, and what is told of them.
function showCaption(picture) {
  const {article} = picture, toolbar = article.querySelector(".caption"), stage = article.querySelector(".stage");
  const readout = article.querySelector(".readout"), legend = article.querySelector(".legend");
  toolbar.append(button({class: "word sum", "aria-pressed": "false", tabindex: "-1"}, "∑", make("small", {}, "all words")));
  const buttons = [...toolbar.querySelectorAll(".word")], focus = wordButtons(picture, toolbar, buttons);
  const ofRegion = make("p", {class: "readout region", "aria-live": "polite"});
  readout.after(ofRegion);
  const canvas = make("canvas", {"aria-hidden": "true", hidden: ""});
  stage.append(canvas);
  const marks = marksOver(stage, picture);
  pickRegions(stage, picture, "Regions of the picture: arrow keys walk from region to region, Escape leaves", {
    look: region => picture.look(region),
    take: region => picture.take(region),
    now: () => picture.region,
  });
  const repaint = onChange(() => [picture.word, picture.limitOf(picture.looks[picture.word])], () => {
    const look = picture.looks[picture.word], limit = picture.limitOf(look);
    legend.lastElementChild.textContent = number(limit);
    sizeLike(canvas, picture);
    paint(canvas, picture, look.values, limit);
  });
  picture.views.push(() => {
    const look = picture.looks[picture.word], {naturalWidth} = picture.image;
    canvas.hidden = legend.hidden = !look;
    readout.textContent = look && naturalWidth ? tellWord(picture, look) : "Point at a word: where did it look?";
    ofRegion.textContent = tellRegion(picture);
    tintByRegion(picture, buttons);
    marks.replaceChildren(...(picture.region < 0 ? [] : outline(picture, picture.region)));
    if (look && naturalWidth) repaint();
  });
  return focus;
}

// A tile a word, and one for all of them; they repeat for the eye what the buttons say, so they are hidden from a screen reader.
function showStrip(picture) {
  const strip = picture.article.querySelector(".strip");
  const tiles = picture.looks.map((look, i) => {
    const tile = make("div", {class: "tile"}, make("canvas"), make("bdi", {}, look.word));
    tile.addEventListener("pointerenter", () => picture.show(i));
    tile.addEventListener("pointerleave", () => picture.show(picture.pinnedWord));
    tile.addEventListener("click", () => picture.pin(picture.pinnedWord === i ? -1 : i));
    return tile;
  });
  strip.append(...tiles);
  picture.views.push(() => tiles.forEach((tile, i) => tile.classList.toggle("shown", i === picture.word)));
  return () => tiles.forEach((tile, i) => {
    sizeLike(tile.firstChild, picture, 240);
    paint(tile.firstChild, picture, picture.looks[i].values, picture.limitOf(picture.looks[i]));
  });
}
