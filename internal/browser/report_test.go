package browser

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// file writes a file and returns its name.
func file(t *testing.T, folder, name string, size int) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), make([]byte, size), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// made runs bpcopy, which makes page.html, and returns the address of that.
func made(t *testing.T, folder string, args ...string) string {
	t.Helper()
	browser(t)
	if err := bpcopy(t, folder, args...).Run(); err != nil {
		t.Fatal(err)
	}
	return "file://" + (&url.URL{Path: filepath.ToSlash(filepath.Join(folder, "page.html"))}).EscapedPath()
}

// summaryOf reads what --json has written.
func summaryOf(t *testing.T, folder string) (s struct {
	Bytes, Pauses, Drains, Resumes int64
	Peak                           int64 `json:"peak_length"`
	Rate                           int64
	Destinations                   []struct {
		Writes int64
		False  int64 `json:"writes_false"`
	}
}) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "summary.json"))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkNumbers holds the numbers on a page against the summary.
func checkNumbers(b *tab, folder string) {
	b.Helper()
	s := summaryOf(b.T, folder)
	for field, want := range map[string]int64{"bytes": s.Bytes, "pauses": s.Pauses, "drains": s.Drains, "resumes": s.Resumes, "peak_length": s.Peak, "rate": s.Rate} {
		if got, _, _ := strings.Cut(b.number(field), " "); got != fmt.Sprint(want) {
			b.Errorf("%s on the page is %s; want %d", field, got, want)
		}
	}
	row := eval[string](b, `[...document.querySelectorAll("section table")][1].tBodies[0].rows[0].innerText`)
	if d := s.Destinations[0]; !strings.Contains(row, fmt.Sprintf("\t%d\t%d\t", d.Writes, d.False)) {
		b.Errorf("the destination on the page is %q; want %d writes, %d false", row, d.Writes, d.False)
	}
}

// The page of a report draws, has the numbers of the summary, and can be looked at
// closely, by pointer and by keys.
func TestReport(t *testing.T) {
	folder := t.TempDir()
	address := made(t, folder, "-q", "-c", "4k", "-H", "16k", "--read-ahead", "16k", "--consumer", "stall for 100ms; 1MiB/s",
		"--report", "page.html", "--json", "summary.json", file(t, folder, "src", 256<<10), "dst")
	for _, width := range []int64{1200, 400} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := open(t, address, width)
			b.asked(address)
			checkNumbers(b, folder)
			checkDrawing(b, width)
			checkHover(b)
			checkKeys(b)
		})
	}
}

// checkDrawing wants the picture to be there, no wider than the window, and its labels
// apart from each other.
func checkDrawing(b *tab, width int64) {
	b.Helper()
	for selector, least := range map[string]int{"#svg .stroke-source": 3, "#svg .stroke-destination": 3, "#svg .tick": 2, "#svg .mark": 1, "#svg .fill-limit": 1, "#legend span": 3} {
		if n := eval[int](b, fmt.Sprintf("document.querySelectorAll(%q).length", selector)); n < least {
			b.Errorf("%d of %s; want at least %d", n, selector, least)
		}
	}
	checkLayout(b, width)
}

// checkHover points at the middle of the picture.
func checkHover(b *tab) {
	b.Helper()
	box := eval[[]float64](b, `(() => { const r = document.getElementById("svg").getBoundingClientRect(); return [r.x + r.width / 2, r.y + 60]; })()`)
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, box[0], box[1]))
	b.until(`document.getElementById("readout").textContent.includes("held by ")`)
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, 1, 1))
	b.until(`document.getElementById("readout").textContent === ""`)
}

// checkKeys goes through the picture by keys, and zooms.
func checkKeys(b *tab) {
	b.Helper()
	labels := func() string {
		return eval[string](b, `[...document.querySelectorAll("#svg text")].slice(-4).map(e => e.textContent).join(" ")`)
	}
	now := func() float64 {
		return eval[float64](b, `Number(document.getElementById("picture").getAttribute("aria-valuenow"))`)
	}
	all := labels()
	b.do(chromedp.Focus("#picture"), chromedp.KeyEvent(kb.Home), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	if at := now(); at <= 0 {
		b.Errorf("two spans from the beginning is %v s; want more than 0", at)
	}
	if text := eval[string](b, `document.getElementById("picture").getAttribute("aria-valuetext")`); !strings.Contains(text, "read ") {
		b.Errorf("the value is %q; want it in words", text)
	}
	b.do(chromedp.KeyEvent("+"), chromedp.KeyEvent("+"))
	if labels() == all {
		b.Errorf("zoomed in, the times are still %q", all)
	}
	b.do(chromedp.KeyEvent(kb.End))
	if end := eval[float64](b, `Number(document.getElementById("picture").getAttribute("aria-valuemax"))`); now() != end {
		b.Errorf("the end is %v s; want %v", now(), end)
	}
	b.do(chromedp.KeyEvent("0"))
	if got := labels(); got != all {
		b.Errorf("all of it has the times %q; want %q", got, all)
	}
	b.do(chromedp.Click("#in"), chromedp.Click("#out"))
	if got := labels(); got != all {
		b.Errorf("zoomed in and out, the times are %q; want %q", got, all)
	}
}

// What is drawn can be told from the ground, in light and dark.
func TestContrast(t *testing.T) {
	folder := t.TempDir()
	address := made(t, folder, "-q", "--report", "page.html", "--rate", "1MiB/s", file(t, folder, "src", 100<<10), "dst")
	b := open(t, address, 800)
	for _, scheme := range []string{"light", "dark"} {
		b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}))
		const contrast = `(of => {
			const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(n => { n /= 255; return n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
			const probe = document.createElement("i"); document.body.append(probe);
			const colour = name => { probe.style.color = "var(--" + name + ")"; return getComputedStyle(probe).color; };
			const [a, b] = [light(colour(of)), light(colour("ground"))].sort((x, y) => y - x);
			return (a + 0.05) / (b + 0.05);
		})(%q)`
		for name, least := range map[string]float64{"text": 7, "faint": 4.5, "source": 3, "destination": 3, "user": 3, "program": 3, "stage": 3, "bad": 4.5, "good": 4.5} {
			if got := eval[float64](b, fmt.Sprintf(contrast, name)); got < least {
				t.Errorf("%s in %s has a contrast of %.1f; want %v", name, scheme, got, least)
			}
		}
	}
}

// A name is text, whatever it is.
func TestHostileName(t *testing.T) {
	folder := t.TempDir()
	const name = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&amp;`
	address := made(t, folder, "-q", "--name", name, "--report", "page.html", file(t, folder, "src", 1000), "dst")
	b := open(t, address, 800)
	b.asked(address)
	if got := eval[string](b, "document.querySelector('h1').textContent"); got != name {
		t.Errorf("the title is %q; want %q", got, name)
	}
	if n := eval[int](b, "document.querySelectorAll('img').length"); n != 0 {
		t.Errorf("%d images; want none", n)
	}
}

// Several recordings are drawn over each other.
func TestSideBySide(t *testing.T) {
	folder := t.TempDir()
	src := file(t, folder, "src", 100<<10)
	browser(t)
	for _, name := range []string{"one", "two"} {
		if err := bpcopy(t, folder, "-q", "--events", name, src, "dst").Run(); err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, made(t, folder, "report", "-o", "page.html", "one", "two"), 1200)
	if got := eval[int](b, "document.querySelectorAll('#legend .run0, #legend .run1').length"); got != 2 {
		t.Errorf("%d runs in the legend; want 2", got)
	}
	if got := eval[int](b, `document.querySelectorAll('tr[data-field="bytes"] td').length`); got != 2 {
		t.Errorf("%d columns of numbers; want 2", got)
	}
	for _, run := range []string{"run0", "run1"} {
		if got := eval[int](b, fmt.Sprintf("document.querySelectorAll('#svg .%s').length", run)); got != 3 {
			t.Errorf("%d curves of %s; want 3", got, run)
		}
	}
}

// A copy through commands has a row for each of them, and tells them by their names.
func TestStages(t *testing.T) {
	folder := t.TempDir()
	b := open(t, made(t, folder, "-q", "--through", "cat", "--through", "sleep 0.1; cat", "--report", "page.html", file(t, folder, "src", 1<<20), "dst"), 1200)
	if got := eval[string](b, `[...document.querySelectorAll("#svg .label")].map(e => e.textContent).join()`); got != "stage 1: cat,stage 2: sleep 0.1; cat,dst" {
		t.Errorf("the rows are %s", got)
	}
	if got := eval[string](b, `[...document.querySelectorAll("#tables section:nth-child(2) tbody th")].map(e => e.textContent).join()`); got != "1: cat,2: sleep 0.1; cat" {
		t.Errorf("the table has %s", got)
	}
	if !eval[bool](b, `document.getElementById("legend").textContent.includes("held by: stage")`) {
		t.Error("the legend does not tell that a stage held the copy up")
	}
	if n := eval[int](b, `document.querySelectorAll("#svg path.fill-stage").length`); n < 2 {
		t.Errorf("%d areas tell when a stage held the copy up; want that of the whole and that of the stage", n)
	}
}
