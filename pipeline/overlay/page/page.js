// Every picture of the page is set up; what costs time waits until it comes near.
function readExplanation(picture) {
  const {explanation} = picture;
  if (!explanation) return;
  const heads = Math.max(1, explanation.heads.length);
  for (const step of explanation.steps) {
    for (const name of ["query", "context"]) if (step[name]) step[name] = unpack(step[name]);
    for (const name of ["scores", "heads"]) if (step[name]) step[name] = rowsOf(unpack(step[name]), heads);
  }
  for (const map of explanation.maps) map.rows = rowsOf(unpack(map.values), map.count);
}

function addPanels(picture) {
  addPanel(picture, "Words × regions", "every weight of the caption", body => buildMatrix(picture, body));
  if (!picture.explanation) return;
  const {heads, maps, without, steps} = picture.explanation;
  const later = build => body => { if (!picture.isRead) readExplanation(picture); picture.isRead = true; return build(picture, body); };
  if (heads.length) addPanel(picture, "Heads", "side by side", later(buildHeads));
  if (maps.length) addPanel(picture, "Before the first word", "what is known of the picture", later(buildMaps));
  if (without.length) addPanel(picture, "Why this word?", "the caption without what it looked at", later(buildWhy));
  if (steps.length) addPanel(picture, "Step by step", "how each word came to be written", later(buildSteps));
}

function setUp(picture) {
  const focus = showCaption(picture), paintTiles = showStrip(picture);
  addPanels(picture);
  picture.tell();
  let isReady = false;
  return {
    picture,
    pin: word => { if (word in picture.words) { picture.pin(word); focus(word); } },
    makeReady: () => {
      if (isReady || !picture.image.naturalWidth) return;
      isReady = true;
      showStrength(picture);
      paintTiles();
    },
    rescale: () => { if (isReady) paintTiles(); picture.tell(); },
  };
}

const pictures = [...document.querySelectorAll("article.picture")].filter(article => article.querySelector("script"))
  .map(article => new ReportPicture(article)).filter(picture => picture.words.length).map(setUp);
const near = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(entry => {
  near.unobserve(entry.target);
  const {makeReady} = pictures.find(({picture}) => picture.article === entry.target);
  entry.target.querySelector("img").decode().then(makeReady, () => {});
}), {rootMargin: "600px"});
pictures.forEach(({picture}) => near.observe(picture.article));
addEventListener("beforeprint", () => pictures.forEach(({makeReady}) => makeReady()));
// report.html#2.5 opens with the fifth word of the second picture shown.
addEventListener("load", () => {
  const [, picture, word] = location.hash.match(/^#(\d+)\.(\d+)$/) || [];
  if (pictures[picture - 1]) pictures[picture - 1].pin(word - 1);
});
document.querySelector(".controls")?.addEventListener("change", () => pictures.forEach(({rescale}) => rescale()));
