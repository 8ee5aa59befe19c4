package pagetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

func TestLesson(t *testing.T) {
	browser := browser(t)
	url := served(t)
	tests := map[string]struct {
		width int64
		test  func(t *testing.T, p *page)
	}{
		"steps are the events of simulate": {1200, steps},
		"back":                             {1200, back},
		"sliders":                          {1200, sliders},
		"heeding":                          {1200, heeding},
		"stall":                            {1200, stall},
		"stall anywhere":                   {1200, stallAnywhere},
		"questions":                        {1200, questions},
		"own brake":                        {1200, ownBrake},
		"keys":                             {1200, keys},
		"play":                             {1200, play},
		"log":                              {1200, clickLog},
		"picture":                          {1200, picture},
		"for screen readers":               {1200, spoken},
		"no motion":                        {1200, noMotion},
		"narrow":                           {400, narrow},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { tt.test(t, open(t, browser, url, tt.width)) })
	}
}

// stepThrough steps to the end and returns the events that were marked, in their
// order.
const stepThrough = `(() => {
	const seen = [], step = document.getElementById('step');
	while (!step.disabled) {
		step.click();
		const marked = document.querySelector('#log [aria-current]');
		if (marked) seen.push(marked.textContent);
	}
	return seen;
})()`

// simulated returns the events of the scenario that the page shows, as bpcopy
// simulate prints them.
func simulated(t *testing.T, p *page) []string {
	t.Helper()
	sc, err := scenario.Parse([]byte(p.text("scenario")), "page")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	_, err = sc.Run(t.Context(), func(atMS int64, e *stream.Event) {
		line := trace.AppendEvent(nil, trace.Micros(atMS*1000), int64(len(lines)), e)
		lines = append(lines, strings.TrimSuffix(string(line), "\n"))
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func steps(t *testing.T, p *page) {
	for n := 1; n <= 2; n++ {
		p.lesson(n)
		got, want := value[[]string](p, stepThrough), simulated(t, p)
		if !slices.Equal(got, want) {
			t.Errorf("lesson %d: stepped\n%s\nsimulated\n%s", n, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// back: what a step shows, a step back from the next one shows again.
func back(t *testing.T, p *page) {
	const look = `document.getElementById('words').textContent + document.getElementById('destinations').innerHTML`
	p.click("#step")
	before := value[string](p, look)
	p.click("#step")
	if after := value[string](p, look); after == before {
		t.Errorf("a step shows nothing new: %s", after)
	}
	p.click("#back")
	if again := value[string](p, look); again != before {
		t.Errorf("back shows %s; before it was %s", again, before)
	}
	p.click("#again")
	if got := p.text("words"); got != "Nothing has happened yet." {
		t.Errorf("start over says %q", got)
	}
}

// sliders: the arrow keys move a slider, and another run comes, as it is asked
// for.
func sliders(t *testing.T, p *page) {
	tests := []struct{ slider, key, says, scenario string }{
		{"slider0", kb.ArrowLeft, "32 KiB", `"highWaterMark":32768,"chunks"`},
		{"slider1", kb.ArrowRight, "32 KiB", `"size":32768`},
		{"slider2", kb.ArrowLeft, "5 ms", `"source":{"latency_ms":5}`},
		{"slider3", kb.ArrowRight, "80 ms", `"sink":[{"latency_ms":80}]`},
	}
	for _, tt := range tests {
		p.eval(`document.getElementById('` + tt.slider + `').focus()`)
		p.press(tt.key)
		p.await(`document.getElementById('scenario').textContent.includes('` + tt.scenario + `')`)
		got := value[string](p, `document.getElementById('`+tt.slider+`').getAttribute('aria-valuetext')`)
		if shown := value[string](p, `document.querySelector('output[for=`+tt.slider+`]').textContent`); got != tt.says || shown != tt.says {
			t.Errorf("%s shows %q and says %q; want %q", tt.slider, shown, got, tt.says)
		}
	}
	if got, want := value[[]string](p, stepThrough), p.answered("yes"); !slices.Equal(got, want) {
		t.Errorf("stepped\n%s\nasked for\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// heeding: the box chooses the run in which nobody listens to false.
func heeding(t *testing.T, p *page) {
	if got := p.text("compare"); got != "At most 112 KiB wait when the program heeds false, and 304 KiB when it ignores it. Both take 970 ms." {
		t.Errorf("of memory it says %q", got)
	}
	p.click("#heed")
	p.await(`document.getElementById('scenario').textContent.includes('"ignoreBackpressure":true')`)
	got := value[[]string](p, stepThrough)
	if want := p.answered("no"); !slices.Equal(got, want) {
		t.Errorf("stepped\n%s\nasked for\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if code := p.text("program"); !strings.Contains(code, "dst.write(chunk); // what it returns is ignored") {
		t.Errorf("the program is %s", code)
	}
	if code := p.text("label-pause"); code != "ignored" {
		t.Errorf("the arrow of false says %q; want ignored", code)
	}
}

// stall: nothing that was shown changes, and it takes a second more.
func stall(t *testing.T, p *page) {
	before := simulated(t, p)
	for range 14 {
		p.click("#step")
	}
	const look = `document.getElementById('words').textContent + document.getElementById('state').textContent`
	shown := value[string](p, look)
	at := value[int](p, `[...document.querySelectorAll('#log li')].findIndex((li) => li.hasAttribute('aria-current'))`)
	p.click("#stall")
	p.await(`document.getElementById('scenario').textContent.includes('sink_overrides')`)
	if got := value[string](p, look); got != shown {
		t.Errorf("after the click it shows %q; before %q", got, shown)
	}
	after := simulated(t, p)
	if !slices.Equal(before[:at+1], after[:at+1]) {
		t.Errorf("the events up to %d are\n%s\nbefore they were\n%s", at, strings.Join(after[:at+1], "\n"), strings.Join(before[:at+1], "\n"))
	}
	p.click("#finish")
	if got := p.text("state"); !strings.HasPrefix(got, "At 1.97 s: ") {
		t.Errorf("the end is %q; want it at 970 ms and a second", got)
	}
}

// stallAnywhere: whenever the button is pressed, all frames up to then stay the
// same.
func stallAnywhere(t *testing.T, p *page) {
	const stalled = `(async () => {
		const { fetchRun, sinkCall } = await import('./run.js');
		const settings = { chunk: 10, count: 9, mark: 30, read_ahead: 30, source_ms: 4, consumer_ms: CONSUMERS, heed: 'yes' };
		const run = await fetchRun(settings);
		const changed = [];
		for (let i = 0; i < run.frames.length - 1; i++) {
			const call = sinkCall(run, run.frames[i]);
			if (call >= settings.count) continue; // all has been taken
			const after = await fetchRun({ ...settings, stall: call + ':100' });
			const same = (frames) => JSON.stringify(frames.slice(0, i + 1).map(({ settled, stillHeld, ...shown }) => shown));
			if (same(run.frames) !== same(after.frames)) changed.push(i);
		}
		return [changed, run.frames.length];
	})()`
	for _, consumers := range []string{"[4]", "[8]", "[8, 2]", "[2, 8]"} {
		got := value[[2]any](p, strings.Replace(stalled, "CONSUMERS", consumers, 1))
		if changed := got[0].([]any); len(changed) > 0 {
			t.Errorf("consumers %s: stalls in the frames %v change what was before; there are %v", consumers, changed, got[1])
		}
	}
}

// questions: nothing runs before a prediction; the run says which is right.
func questions(t *testing.T, p *page) {
	right := []int{2, 2, 3, 2, 3}
	for i, want := range right {
		for predicted := 1; predicted <= 3; predicted++ {
			p.lesson(3 + i)
			if !value[bool](p, `['step', 'slow', 'play', 'finish', 'stall', 'predict'].every((id) => document.getElementById(id).disabled)`) {
				t.Errorf("question %d can be run before it is answered", i+1)
			}
			if !value[bool](p, `document.getElementById('log').checkVisibility() === false && document.getElementById('chart').checkVisibility() === false`) {
				t.Errorf("question %d shows what comes of it before it is answered", i+1)
			}
			p.click(fmt.Sprintf("#options label:nth-child(%d)", predicted))
			p.click("#predict")
			p.click("#finish")
			got := p.text("verdict")
			if said := strings.HasPrefix(got, "As you said."); said != (predicted == want) {
				t.Errorf("question %d, prediction %d: %q; want %d to be right", i+1, predicted, got, want)
			}
			option := value[string](p, fmt.Sprintf(`document.querySelector('#options label:nth-child(%d)').textContent.trim()`, want))
			if predicted != want && !strings.Contains(got, "The run says: "+option+".") {
				t.Errorf("question %d, prediction %d: %q; want it to say %q", i+1, predicted, got, option)
			}
		}
	}
}

// ownBrake: the second example of the guide. The pauses are the program's own.
func ownBrake(t *testing.T, p *page) {
	p.lesson(2)
	p.click("#finish")
	if got := p.text("state"); !strings.HasPrefix(got, "At 8.01 s: pause 0, drain 0, resume 0; ") {
		t.Errorf("the end is %q; want no pause by backpressure in 8 s", got)
	}
	user := 0
	for _, line := range simulated(t, p) {
		if strings.Contains(line, `"event":"pause","cause":"user"`) {
			user++
		}
	}
	if user != 8 {
		t.Errorf("%d pauses of the program; want one for each of 8 chunks", user)
	}
}

func keys(t *testing.T, p *page) {
	n := func() int {
		return value[int](p, `1 + [...document.querySelectorAll('#log li')].findIndex((li) => li.hasAttribute('aria-current'))`)
	}
	for i, key := range []string{kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.ArrowLeft, kb.Home, kb.End} {
		p.press(key)
		if got, want := n(), []int{1, 2, 3, 2, 0, len(simulated(t, p))}[i]; got != want {
			t.Errorf("after key %d, event %d is shown; want %d", i+1, got, want)
		}
	}
	p.press(kb.Home)
	p.press(" ")
	p.await(`document.getElementById('play').getAttribute('aria-pressed') === 'true'`)
	p.press(" ")
	p.await(`document.getElementById('play').getAttribute('aria-pressed') === 'false'`)
}

// play goes on by itself to the end, and says when it is there.
func play(t *testing.T, p *page) {
	for range 4 { // fewer and faster frames: a chunk of 256 KiB for a mark of 64
		p.eval(`document.getElementById('slider1').stepUp(); document.getElementById('slider1').dispatchEvent(new Event('input'))`)
	}
	p.await(`document.getElementById('scenario').textContent.includes('"size":262144')`)
	for _, speed := range []string{"#slow", "#play"} {
		p.click(speed)
		p.await(`document.querySelectorAll('#log li')[3].hasAttribute('aria-current')`)
		if got := value[string](p, `document.getElementById('words').getAttribute('aria-live')`); got != map[string]string{"#slow": "polite", "#play": "off"}[speed] {
			t.Errorf("with %s the words are aria-live=%s", speed, got)
		}
		p.click("#again")
	}
	p.press(kb.End)
	for range 3 {
		p.press(kb.ArrowLeft)
	}
	p.click("#play")
	p.await(`document.getElementById('play').disabled`)
	if pressed := value[string](p, `document.getElementById('play').getAttribute('aria-pressed')`); pressed != "false" {
		t.Errorf("at the end, play is pressed: %s", pressed)
	}
}

// clickLog: a click on an event goes there.
func clickLog(t *testing.T, p *page) {
	p.click("#log li:nth-child(11)")
	if got := p.text("words"); got != "pause(): the readable hands out nothing more. The source waits: this is backpressure." {
		t.Errorf("after a click on the first pause it says %q", got)
	}
}

// picture: what each event lights up, how full the queue is, and which line of
// the program is marked.
func picture(t *testing.T, p *page) {
	tests := []struct {
		event      int // its number, from 0
		lit, lines string
		queue      int
	}{
		{1, "box-readable", "dst.once('drain', () => src.resume());", 0},
		{2, "arrow-data box-write data", "src.on('data', (chunk) => {", 0},
		{3, "arrow-ask box-question lane-true arrow-join box-queue0", "if (dst.write(chunk) === false) {", 1},
		{9, "arrow-ask box-question lane-pause arrow-join box-queue0", "if (dst.write(chunk) === false) {", 4},
		{10, "box-readable lane-pause", "src.pause();", 4},
		{11, "box-queue0 label-drain drain", "dst.once('drain', () => src.resume());", 0},
		{12, "box-readable lane-drain", "dst.once('drain', () => src.resume());", 0},
	}
	for _, tt := range tests {
		p.eval(fmt.Sprintf(`document.querySelectorAll('#log li')[%d].click()`, tt.event))
		lit := value[[]string](p, `[...document.querySelectorAll('#picture .lit')].map((e) => e.id || e.textContent)`)
		want := strings.Fields(tt.lit)
		slices.Sort(lit)
		slices.Sort(want)
		if !slices.Equal(lit, want) {
			t.Errorf("event %d lights up %q; want %q", tt.event, lit, want)
		}
		if got := value[string](p, `[...document.querySelectorAll('#program .lit')].map((e) => e.textContent.trim()).join('|')`); got != tt.lines {
			t.Errorf("event %d marks %q; want %q", tt.event, got, tt.lines)
		}
		if got := value[int](p, `document.querySelectorAll('#blocks0 rect').length`); got != tt.queue {
			t.Errorf("at event %d, %d chunks are in the queue; want %d", tt.event, got, tt.queue)
		}
	}
}

// spoken: each event is said in words, every control has a name, and the
// pictures have one, too.
func spoken(t *testing.T, p *page) {
	if got := value[string](p, `document.getElementById('words').getAttribute('role') + ' ' + document.getElementById('words').getAttribute('aria-live')`); got != "status polite" {
		t.Errorf("the words are %q; want a status, polite", got)
	}
	for n := 1; n <= 7; n++ {
		p.lesson(n)
		nameless := value[[]string](p, `[...document.querySelectorAll('button, input, svg, pre, ol[tabindex]')].filter((e) => e.getClientRects().length > 0)
			.filter((e) => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length || e.textContent.trim())).map((e) => e.outerHTML)`)
		if len(nameless) > 0 {
			t.Errorf("lesson %d: without a name: %q", n, nameless)
		}
		silent := value[int](p, `(() => {
			let silent = 0;
			for (const item of document.querySelectorAll('#log li')) {
				item.click();
				if (!/[a-z].*[.!]$/.test(document.getElementById('words').textContent)) silent++;
			}
			return silent;
		})()`)
		if silent > 0 && n <= 2 {
			t.Errorf("lesson %d: %d events are not said", n, silent)
		}
	}
}

func noMotion(t *testing.T, p *page) {
	const animation = `getComputedStyle(document.querySelector('#picture .arrow.lit')).animationName`
	p.click("#log li:nth-child(3)")
	if got := value[string](p, animation); got != "flow" {
		t.Errorf("the lit arrow has the animation %q; want flow", got)
	}
	p.reduceMotion()
	if got := value[string](p, animation); got != "none" {
		t.Errorf("to who wants no motion, the lit arrow has the animation %q; want none", got)
	}
}

// narrow: nothing sticks out of a small screen, in any lesson.
func narrow(t *testing.T, p *page) {
	for n := 1; n <= 7; n++ {
		p.lesson(n)
		if got := value[int](p, `document.documentElement.scrollWidth`); got > 400 {
			t.Errorf("lesson %d is %d pixels wide; want at most 400", n, got)
		}
	}
	if !value[bool](p, `getComputedStyle(document.getElementById('callbacks')).display === 'flex'`) {
		t.Error("the callbacks are not below the picture")
	}
}
