// One picture of the page: what the network did with it, and which word and which region a person looks at. Whoever shows any of it is told
// of every change.
class ReportPicture {
  constructor(article) {
    Object.assign(this, JSON.parse(article.querySelector("script").textContent));
    this.article = article;
    this.image = article.querySelector("img");
    this.width = Number(this.image.getAttribute("width"));  // known before it is decoded
    this.height = Number(this.image.getAttribute("height"));
    this.placed = this.grid ? this.grid.columns * this.grid.rows : this.boxes.length;  // regions that have a place
    this.words.forEach((word, i) => {
      word.values = unpack({high: word.most, parts: word.weights});
      word.everywhere = [...word.values, ...(word.elsewhere || [])];
      word.strength = strengthOf(word, this.words[i - 1], this.regions);
    });
    const sums = (this.words[0]?.everywhere || []).map((_, region) => this.words.reduce((sum, word) => sum + word.everywhere[region], 0));
    const values = sums.slice(0, this.placed);
    this.looks = [...this.words, {word: "all words", values, everywhere: sums, most: largest(values), isSum: true}];
    this.most = this.words.reduce((most, word) => Math.max(most, word.most), 0);
    this.word = this.pinnedWord = this.region = this.pinnedRegion = -1;
    this.latest = 0;  // the last word that was shown, for what always shows one
    this.views = [];
  }
  get isRightToLeft() { return getComputedStyle(this.article.querySelector(".caption")).direction === "rtl"; }
  quote(word) {
    return this.isRightToLeft ? `\u2068“${word}”\u2069` : `“${word}”`;  // isolated: it stands in an English sentence
  }
  limitOf(look) {
    return look.isSum || document.querySelector(".controls input[value=word]").checked ? look.most : this.most;
  }
  show(word) {
    this.word = word;
    if (word in this.words) this.latest = word;
    this.tell();
  }
  pin(word) {
    this.pinnedWord = word;
    this.show(word);
  }
  look(region) {
    const shown = region < 0 ? this.pinnedRegion : region;
    if (shown === this.region) return;
    this.region = shown;
    this.tell();
  }
  take(region) {
    this.pinnedRegion = region;
    this.look(region);
  }
  tell() { this.views.forEach(view => view()); }
}

// How a word looked: entropy over that of even weights, largest weight, as many regions as the entropy is worth, and how far it moved.
function strengthOf(word, before, regions) {
  const entropy = word.everywhere.reduce((sum, p) => p > 0 ? sum - p * Math.log(p) : sum, 0);
  return {
    entropy: entropy / Math.log(Math.max(2, regions)),
    largest: largest(word.everywhere),
    regions: Math.exp(entropy),
    movement: before && word.everywhere.reduce((sum, p, i) => sum + Math.abs(p - before.everywhere[i]), 0) / 2,
    gate: word.gate,
  };
}
