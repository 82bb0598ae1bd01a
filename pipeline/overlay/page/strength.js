// How strongly every word looked: small plots under the caption, a bar a word.
const measures = [
  {key: "entropy", name: "Entropy", most: () => 1, hint: "of a word's weights, over that of even weights: 0 a single region, 1 all alike"},
  {key: "largest", name: "Largest weight", hint: "of a single region"},
  {key: "regions", name: "Effective regions", hint: "as many evenly weighted regions would have this entropy"},
  {key: "movement", name: "Movement", most: () => 1, hint: "of the weight that moved since the word before: 0 none, 1 all of it"},
  {key: "gate", name: "Gate β", most: () => 1, hint: "how much of what was seen the word let in"},
];

const told = value => value === undefined ? "–" : number(value);

function showStrength(picture) {
  const {words} = picture, count = words.length;
  const has = measure => words.some(word => word.strength[measure.key] !== undefined);
  const plots = measures.filter(has).map(measure => {
    const values = words.map(word => word.strength[measure.key]), known = values.filter(value => value !== undefined);
    const most = measure.most ? 1 : Math.max(...known) || 1, mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const bars = values.map((value, i) => draw("g", {},
      draw("rect", {class: "room", x: i, y: 0, width: 1, height: 1}),
      draw("rect", {class: "value", x: i + 0.12, width: 0.76, y: 1 - (value || 0) / most, height: (value || 0) / most})));
    bars.forEach((bar, i) => {
      bar.addEventListener("pointerenter", () => picture.show(i));
      bar.addEventListener("pointerleave", () => picture.show(picture.pinnedWord));
      bar.addEventListener("click", () => picture.pin(picture.pinnedWord === i ? -1 : i));
    });
    const said = `${measure.name}, ${measure.hint}: ` + words.map((word, i) => `${word.word} ${told(values[i])}`).join(", ");
    const figure = make("span", {class: "figure"});
    const svg = draw("svg", {viewBox: `0 0 ${count} 1`, preserveAspectRatio: "none", role: "img", "aria-label": said}, ...bars);
    return {measure, values, mean, bars, figure, row: [make("span", {title: measure.hint}, measure.name), svg, figure]};
  });
  const names = make("div", {class: "names", "aria-hidden": "true"}, ...words.map(word => make("bdi", {}, word.word)));
  const dir = picture.isRightToLeft ? "rtl" : "ltr";
  const block = make("div", {class: "strength", dir}, ...plots.flatMap(plot => plot.row), make("span"), names);
  picture.article.querySelector(".told").append(block);
  const update = () => plots.forEach(({values, mean, bars, figure}) => {
    bars.forEach((bar, i) => bar.classList.toggle("shown", i === picture.word));
    figure.textContent = picture.word in words ? told(values[picture.word]) : `mean ${number(mean)}`;
  });
  picture.views.push(update);
  update();
}
