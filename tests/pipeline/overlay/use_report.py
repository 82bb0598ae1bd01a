"""Uses a report as a person does: points, clicks, walks by keys; in Chromium, by the WebDriver protocol.

use_report.py PAGE: the page of HtmlReport.AnswersWhoPointsAndClicks. Exit code 77 where there is no chromedriver.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # W3C WebDriver, 11: the key of a reference to an element


class Browser:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1000"]
        options = {"goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}}
        self.url += "/" + self.call("POST", "", {"capabilities": {"alwaysMatch": options}})["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def find(self, css):
        return self.call("POST", "/element", {"using": "css selector", "value": css})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": arguments})

    def text(self, css):
        return self.run("return document.querySelector(arguments[0]).textContent", css)

    def point(self, css, right=0, down=0, click=False):
        """At a place of the element, in parts of its size from its middle."""
        element = self.find(css)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        box = self.call("GET", f"/element/{element[ELEMENT]}/rect")
        move = {"type": "pointerMove", "duration": 0, "origin": element, "x": round(right * box["width"]), "y": round(down * box["height"])}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}] if click else []
        self.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move, *press]}]})

    def press(self, key):
        strokes = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})


ARROW_RIGHT = "\ue014"  # W3C WebDriver, 15.4.2
MAP = "return document.querySelector('.stage canvas').toDataURL()"
FORWARD = "[...document.querySelectorAll('.step')].find(button => button.textContent.startsWith('Forward')).click()"


def expect(is_so, what):
    if not is_so:
        sys.exit("not so: " + what)


def use(browser, page):
    browser.call("POST", "/url", {"url": pathlib.Path(page).resolve().as_uri()})

    browser.point(".word:nth-child(2)")
    expect(browser.text(".readout").startswith("“dog”"), "the readout tells of the word that is pointed at: " + browser.text(".readout"))
    dog = browser.run(MAP)
    browser.point(".word:nth-child(3)")
    expect(browser.text(".readout").startswith("“runs”"), "the readout follows: " + browser.text(".readout"))
    expect(browser.run(MAP) != dog, "another word paints another map")

    browser.point(".stage", 125 / 300 - 0.5, 25 / 200 - 0.5, click=True)  # where the picture has the grid's second region
    told = browser.text(".readout.region")
    expect("row 1, column 2" in told and "most by “dog” 0.53" in told, "the place tells which words looked at it: " + told)
    looked = "return [...document.querySelectorAll('.word')].map(word => word.style.getPropertyValue('--looked'))"
    expect(browser.run(looked)[:3] == ["6%", "100%", "6%"], f"words are coloured by how much they looked there: {browser.run(looked)}")
    expect(browser.run("return document.querySelectorAll('.stage .outline').length") == 2, "the region is outlined")
    browser.press(ARROW_RIGHT)
    told = browser.text(".readout.region")
    expect("row 1, column 3" in told and "most by “runs”" in told, "keys walk to the next region: " + told)

    browser.run("document.querySelectorAll('details').forEach(panel => panel.open = true)")
    browser.run("return document.querySelector('img').decode().then(() => new Promise(requestAnimationFrame))")
    titles = browser.run("return [...document.querySelectorAll('summary')].map(summary => summary.firstChild.textContent)")
    expect(titles == ["Words × regions", "Heads", "Before the first word", "Why this word?", "Step by step"], f"all parts are there: {titles}")
    browser.point(".cells", 0.5 / 16 + 1 / 16 - 0.5, 0)  # the second column
    told = browser.text(".chosen .readout")
    expect("(row 1, column 2)" in told, "the matrix tells of its cell: " + told)
    expect(browser.run("return document.querySelectorAll('.tiles .tile').length") == 4 + 3, "a tile a head, a tile a map")
    expect(browser.run("return document.querySelectorAll('.why').length") == 3, "a word, a caption without it")

    browser.run("document.querySelector('.step-controls').scrollIntoView()")
    said = [browser.text(".said")]
    for _ in range(4):
        browser.run(FORWARD)
        said.append(browser.text(".said"))
    expect(len(set(said)) == 5 and "It writes “" in said[4], f"five stages make a word: {said}")

    errors = [entry["message"] for entry in browser.call("POST", "/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]
    expect(not errors, f"no error, and nothing that the policy forbids: {errors}")


def main():
    driver = shutil.which("chromedriver")
    if not driver:
        sys.exit(77)
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            port = next(found[1] for line in process.stdout if (found := re.search(r"successfully on port (\d+)", line)))
            browser = Browser(port)
            try:
                use(browser, sys.argv[1])
            finally:
                browser.call("DELETE", "")
        finally:
            process.terminate()


main()
