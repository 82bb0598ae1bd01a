// One word, one stage at a time: how it came to be written.

// Numbers as a strip of colours: blue below zero, orange above, pale near it.
function paintStrip(canvas, values) {
  const across = Math.min(values.length, 32), most = values.reduce((far, value) => Math.max(far, Math.abs(value)), 0) || 1;
  canvas.width = across;
  canvas.height = Math.ceil(values.length / across);
  const context = canvas.getContext("2d");
  values.forEach((value, i) => {
    const part = Math.min(1, Math.abs(value) / most), [red, green, blue] = value < 0 ? [28, 95, 170] : [214, 96, 20];
    const mix = colour => Math.round(240 + (colour - 240) * part ** 0.7);
    context.fillStyle = `rgb(${mix(red)},${mix(green)},${mix(blue)})`;
    context.fillRect(i % across, Math.floor(i / across), 1, 1);
  });
}

// A bar a region, in the order of the regions; those below zero hang.
function regionBars(values) {
  const high = largest(values), span = high - Math.min(0, lowest(values)) || 1;
  const bars = Array.from(values, (value, i) => draw("rect",
    {x: i + 0.1, width: 0.8, y: (high - Math.max(0, value)) / span, height: Math.max(0.01, Math.abs(value) / span)}));
  return draw("svg", {class: "regions", viewBox: `0 0 ${values.length} 1`, preserveAspectRatio: "none", "aria-hidden": "true"}, ...bars);
}

function candidateBars(word, candidates) {
  const listed = candidates.some(([name]) => name === word.word) ? candidates : [...candidates, [word.word, word.probability]];
  return make("ol", {class: "candidates"}, ...listed.map(([name, probability]) => {
    const bar = make("i");
    bar.style.width = `${Math.max(0.5, probability * 100)}%`;
    return make("li", name === word.word ? {class: "written"} : {}, make("bdi", {}, name), make("span", {class: "track"}, bar),
      make("span", {class: "figure"}, number(probability)));
  }));
}

const stages = [
  {
    name: "Query",
    has: now => now.step.query,
    say: now => (now.before ? `After ${now.picture.quote(now.before)} the` : "The") + " decoder asks: what do I need to see for the next word? " +
      `Its question is a list of ${now.step.query.length} numbers, the query.`,
    fill: (now, card) => {
      const canvas = make("canvas", {class: "strip-of-numbers", role: "img", "aria-label": "The query's numbers as colours"});
      paintStrip(canvas, now.step.query);
      card.append(canvas, make("small", {}, "blue below zero, orange above"));
    },
  },
  {
    name: "Scores",
    has: now => now.scores,
    say: () => "The query is held against every region. The better a region answers it, the higher its score.",
    fill: (now, card) => {
      const low = lowest(now.scores), high = -lowest(now.scores.map(value => -value));
      const {stage, canvas} = miniature(now.picture, 420, "Scores over the picture");
      paint(canvas, now.picture, now.scores.map(value => value - low), high - low);
      card.append(stage, regionBars(now.scores), make("small", {}, `${number(low)} to ${number(high)}, a bar a region`));
    },
  },
  {
    name: "Weights",
    has: () => true,
    say: now => "Normalised, as by a softmax, the scores become weights that add up to 1. This is attention. The largest, " +
      `${number(largest(now.weights))}, lies ${placeName(now.picture, byWeight(now.weights)[0])}.`,
    fill: (now, card) => {
      const {stage, canvas} = miniature(now.picture, 420, "Weights over the picture");
      paint(canvas, now.picture, now.weights, largest(now.weights));
      card.append(stage, regionBars(now.weights), make("small", {}, "the same regions, as weights"));
    },
  },
  {
    name: "Context",
    has: () => true,
    say: now => "The features of all regions are added up, each as much as its weight. The sum, the context, is what the decoder sees" +
      (now.word.gate === undefined ? "." : `, and its gate lets ${number(now.word.gate)} of it in.`),
    fill: (now, card) => {
      const {stage, canvas} = miniature(now.picture, 420, "The picture, as bright as it was looked at");
      shine(canvas, now.picture, now.weights, largest(now.weights));
      card.append(stage);
      if (!now.step.context) return;
      const strip = make("canvas", {class: "strip-of-numbers", role: "img", "aria-label": "The context's numbers as colours"});
      paintStrip(strip, now.step.context);
      card.append(strip, make("small", {}, `the context, ${now.step.context.length} numbers`));
    },
  },
  {
    name: "Word",
    has: now => now.step.candidates.length,
    say: now => "From what it sees and what it has written, the decoder gives every word it knows a probability. " +
      `It writes ${now.picture.quote(now.word.word)} (${number(now.word.probability)})` +
      (now.step.candidates[0][0] === now.word.word ? "." : ", not the most probable here: the search found that the caption gains by it."),
    fill: (now, card) => card.append(candidateBars(now.word, now.step.candidates)),
  },
];

function momentOf(picture, index, head) {
  const word = picture.words[index], step = picture.explanation.steps[index];
  const before = picture.words.slice(0, index).map(({word: text}) => text).join(" ");
  return {picture, word, step, before, scores: step.scores?.[head], weights: step.heads ? step.heads[head] : word.values};
}

function buildSteps(picture, body) {
  const {heads} = picture.explanation, last = picture.words.length - 1;
  const back = button({class: "step"}, "← Back"), forward = button({class: "step"}, "Forward →");
  const choice = make("select", {"aria-label": "Head"}, ...heads.map((name, i) => make("option", {value: i}, name)));
  const where = make("span", {class: "where"}), line = make("p", {class: "so-far", dir: picture.isRightToLeft ? "rtl" : "ltr"});
  const said = make("p", {class: "said", "aria-live": "polite"}), cards = make("ol", {class: "stages"});
  const controls = make("div", {class: "step-controls"}, back, forward, where, ...(heads.length ? [choice] : []));
  body.append(controls, line, said, cards);
  let index = picture.latest, at = 0, drawn = "";

  const show = () => {
    const now = momentOf(picture, index, Number(choice.value) || 0), present = stages.filter(stage => stage.has(now));
    at = Math.min(at, present.length - 1);
    back.setAttribute("aria-disabled", String(index === 0 && at === 0));  // not `disabled`: the keys would lose their place
    forward.setAttribute("aria-disabled", String(index === last && at === present.length - 1));
    where.textContent = `word ${index + 1} of ${last + 1}, stage ${at + 1} of ${present.length}`;
    const written = at === present.length - 1 ? make("mark", {}, now.word.word) : make("span", {class: "blank"}, "?");
    line.replaceChildren(now.before, now.before ? " " : "", written);
    said.textContent = present[at].say(now);
    const key = `${index} ${choice.value}`;
    if (key !== drawn) {
      const heading = (name, i) => make("h4", {}, make("b", {}, String(i + 1)), name);
      cards.replaceChildren(...present.map(({name}, i) => make("li", {class: "stage-card"}, heading(name, i))));
      drawn = key;
    }
    [...cards.children].forEach((card, i) => {
      card.classList.toggle("due", i > at);
      card.classList.toggle("now", i === at);
      if (i === at) card.setAttribute("aria-current", "step");
      else card.removeAttribute("aria-current");
      if (i <= at && card.childElementCount === 1) present[i].fill(now, card);
    });
    return present.length;
  };
  const go = step => {
    const count = show();
    if (at + step >= 0 && at + step < count) at += step;
    else if (index + step >= 0 && index + step <= last) {
      index += step;
      at = step > 0 ? 0 : Infinity;
      picture.pin(index);
    }
    show();
  };
  back.addEventListener("click", () => go(-1));
  forward.addEventListener("click", () => go(1));
  choice.addEventListener("change", show);
  body.addEventListener("keydown", event => {
    const step = event.target === choice ? 0 : stepOf(event, line);
    if (!step) return;
    event.preventDefault();
    go(step);
  });
  picture.latest = index;
  show();
  return () => {
    if (picture.pinnedWord in picture.words && picture.pinnedWord !== index) {
      index = picture.pinnedWord;
      at = 0;
    }
    show();
  };
}
