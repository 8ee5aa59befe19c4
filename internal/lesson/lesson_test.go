package lesson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/lesson"
	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

// loop is the first lesson of the page.
const loop = "chunk=16384&count=24&mark=65536&read_ahead=65536&source_ms=10&consumer_ms=40"

// get asks the lesson for a path.
func get(path string) (status int, kind, body string) {
	w := httptest.NewRecorder()
	lesson.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	content, _ := io.ReadAll(w.Result().Body) // from memory
	return w.Code, w.Header().Get("Content-Type"), string(content)
}

// answer is what /run answers.
type answer struct {
	Scenario json.RawMessage
	Program  []struct{ Text, On string }
	Events   []json.RawMessage
	Moments  []moment
	Summary  json.RawMessage
}

type moment struct {
	T, N, RLength  int64
	Lengths, Taken []int64
}

// run asks for a run.
func run(t testing.TB, query string) answer {
	t.Helper()
	status, kind, body := get("/run?" + query)
	if status != http.StatusOK || kind != "application/json" {
		t.Fatalf("GET /run?%s: %d %s %s", query, status, kind, body)
	}
	var a answer
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// simulated returns what bpcopy simulate prints for a scenario, line by line.
func simulated(t *testing.T, doc []byte) []string {
	t.Helper()
	sc, err := scenario.Parse(doc, "lesson.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	n := int64(0)
	summary, err := sc.Run(t.Context(), func(atMS int64, e *stream.Event) {
		out = trace.AppendEvent(out, trace.Micros(atMS*1000), n, e)
		n++
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(summary.AppendLine(out)), "\n"), "\n")
}

// queries are runs of all kinds, by what they show.
func queries() map[string]string {
	return map[string]string{
		"loop":               loop,
		"ignored":            loop + "&heed=no",
		"own brake":          loop + "&pause_ms=1000",
		"own brake, ignored": loop + "&pause_ms=7&heed=no",
		"two destinations":   loop + "&consumer_ms=3",
		"two, ignored":       loop + "&consumer_ms=3&heed=no",
		"end known":          loop + "&end=with_last",
		"above the mark":     "chunk=262144&count=6&mark=65536&read_ahead=65536&source_ms=10&consumer_ms=80",
		"all at once":        "chunk=1&count=100&mark=1&read_ahead=1&source_ms=0&consumer_ms=0",
		"stalls":             loop + "&stall=3:1000&stall=3:500&stall=0:1&heed=yes&end=separate",
		"largest":            "chunk=16777216&count=100&mark=16777216&read_ahead=16777216&source_ms=10000&consumer_ms=10000&consumer_ms=10000&pause_ms=10000",
	}
}

// The page gets the events and the summary that bpcopy simulate prints for the
// scenario that comes with them.
func TestEventsAreThoseOfSimulate(t *testing.T) {
	for name, query := range queries() {
		t.Run(name, func(t *testing.T) {
			a := run(t, query)
			got := slices.Concat(a.Events, []json.RawMessage{a.Summary})
			want := simulated(t, a.Scenario)
			if len(got) != len(want) {
				t.Fatalf("%d lines; want %d", len(got), len(want))
			}
			for i := range want {
				if string(got[i]) != want[i] {
					t.Errorf("line %d:\n got %s\nwant %s", i, got[i], want[i])
				}
			}
			if len(a.Events) > 1000 {
				t.Errorf("%d events; want at most 1000", len(a.Events))
			}
		})
	}
}

// The moments fit the events: a length never grows between two events, and what
// has been written is either buffered or taken.
func TestMomentsFitTheEvents(t *testing.T) {
	for name, query := range queries() {
		t.Run(name, func(t *testing.T) {
			a := run(t, query)
			dests := len(a.Moments[0].Lengths)
			written, handedOut := make([]int64, dests), int64(0)
			n, last := int64(0), int64(0)
			for i, m := range a.Moments {
				for ; n < m.N; n++ {
					var e struct {
						T, Bytes int64
						Event    string
						Dst      int
					}
					if err := json.Unmarshal(a.Events[n], &e); err != nil {
						t.Fatal(err)
					}
					if e.T < last || e.T > m.T {
						t.Errorf("event %d is at %d ms; want it from %d to %d ms", n, e.T, last, m.T)
					}
					switch e.Event {
					case "write":
						written[e.Dst] += e.Bytes
					case "data":
						handedOut += e.Bytes
					}
				}
				for d := range dests {
					if m.Lengths[d]+m.Taken[d] != written[d] {
						t.Errorf("moment %d: %d bytes are buffered for destination %d and %d taken; want the %d that were written",
							i, m.Lengths[d], d, m.Taken[d], written[d])
					}
				}
				last = m.T
			}
			end := a.Moments[len(a.Moments)-1]
			if int(end.N) != len(a.Events) || end.RLength != 0 || end.Taken[0] != handedOut || slices.Max(end.Lengths) != 0 {
				t.Errorf("the last moment is %+v; want %d events, all taken and nothing buffered", end, len(a.Events))
			}
		})
	}
}

// A moment is there for each chunk that is taken and for each that is read
// ahead: those come without an event.
func TestMomentsWithoutEvents(t *testing.T) {
	a := run(t, "chunk=10&count=4&mark=20&read_ahead=20&source_ms=1&consumer_ms=5")
	var got []string
	for _, m := range a.Moments {
		got = append(got, fmt.Sprint(m.T, m.N, m.RLength, m.Lengths, m.Taken))
	}
	want := []string{"0 2 0 [0] [0]", "1 4 0 [10] [0]", "2 7 0 [20] [0]", "3 7 10 [20] [0]", "4 7 20 [20] [0]", "6 7 20 [10] [10]",
		"11 14 0 [20] [20]", "12 14 0 [20] [20]", "16 14 0 [10] [30]", "21 22 0 [0] [40]"}
	if !slices.Equal(got, want) {
		t.Errorf("moments\n got %q\nwant %q", got, want)
	}
}

// A stall changes nothing that came before it. So the page can go on where it
// is.
func TestStallKeepsWhatWas(t *testing.T) {
	before := run(t, loop)
	for call := range 24 {
		after := run(t, fmt.Sprintf("%s&stall=%d:1000", loop, call))
		// The call ends at the moment at which one chunk more is taken.
		ends := slices.IndexFunc(before.Moments, func(m moment) bool { return m.Taken[0] > int64(call)*16384 })
		n := before.Moments[ends-1].N
		for i := range n {
			if !bytes.Equal(before.Events[i], after.Events[i]) {
				t.Errorf("stall of call %d: event %d is %s; it was %s", call, i, after.Events[i], before.Events[i])
			}
		}
		if last := len(before.Events) - 1; bytes.Equal(before.Events[last], after.Events[last]) {
			t.Errorf("stall of call %d: the last event is %s as without it", call, after.Events[last])
		}
	}
}

func TestWrongSettings(t *testing.T) {
	loopBut := func(setting, other string) string { return strings.Replace(loop, setting, other, 1) }
	tests := map[string]string{
		"":                                     "chunk: missing",
		loopBut("&mark=65536", ""):             "mark: missing",
		loopBut("chunk=16384", "chunk"):        `chunk: want an integer from 1 to 16777216, got ""`,
		loopBut("=16384", "=16777217"):         `chunk: want an integer from 1 to 16777216, got "16777217"`,
		loopBut("=24", "=101"):                 `count: want an integer from 1 to 100, got "101"`,
		loopBut("=24", "=0"):                   `count: want an integer from 1 to 100, got "0"`,
		loopBut("=10", "=-1"):                  `source_ms: want an integer from 0 to 10000, got "-1"`,
		loopBut("=40", "=1e3"):                 `consumer_ms: want an integer from 0 to 10000, got "1e3"`,
		loop + "&chunk=1":                      "chunk: given 2 times, want at most 1",
		loop + "&consumer_ms=1&consumer_ms=1":  "consumer_ms: given 3 times, want at most 2",
		loop + "&pause_ms=x":                   `pause_ms: want an integer from 0 to 10000, got "x"`,
		loop + "&heed=maybe":                   `heed: want yes or no, got "maybe"`,
		loop + "&end=":                         `end: want with_last or separate, got ""`,
		loop + "&stall=7":                      `stall: want CALL:MS, got "7"`,
		loop + "&stall=100:1":                  `stall: want an integer from 0 to 99, got "100"`,
		loop + "&stall=1:0":                    `stall: want an integer from 1 to 10000, got "0"`,
		loop + strings.Repeat("&stall=1:1", 9): "stall: given 9 times, want at most 8",
		loop + "&rate=1": `"rate": no such setting, want one of chunk, consumer_ms, count, end, heed, mark, ` +
			`pause_ms, read_ahead, source_ms, stall`,
		loop + "&%zz=1": `query: invalid URL escape "%zz"`,
	}
	for query, want := range tests {
		status, kind, body := get("/run?" + query)
		if status != http.StatusBadRequest || body != want+"\n" || kind != "text/plain; charset=utf-8" {
			t.Errorf("GET /run?%s: %d %s %q; want 400, text, %q", query, status, kind, body, want)
		}
	}
}

func TestFiles(t *testing.T) {
	tests := map[string]struct {
		status int
		kind   string
		has    string
	}{
		"/":           {200, "text/html; charset=utf-8", `<script type="module" src="lesson.js">`},
		"/style.css":  {200, "text/css; charset=utf-8", "prefers-reduced-motion"},
		"/lesson.js":  {200, "text/javascript; charset=utf-8", "from './lessons.js'"},
		"/icon.svg":   {200, "image/svg+xml", "<svg "},
		"/run.go":     {404, "text/plain; charset=utf-8", "not found"},
		"/lesson.mjs": {404, "text/plain; charset=utf-8", "not found"},
	}
	for path, want := range tests {
		status, kind, body := get(path)
		if status != want.status || kind != want.kind || !strings.Contains(body, want.has) {
			t.Errorf("GET %s: %d %s, %d bytes; want %d %s with %q", path, status, kind, len(body), want.status, want.kind, want.has)
		}
	}
}

// The page loads nothing from elsewhere: it holds no address but names of XML.
func TestPageHasNoAddresses(t *testing.T) {
	for _, path := range []string{"/", "/style.css", "/icon.svg", "/lesson.js", "/lessons.js", "/words.js", "/run.js", "/picture.js", "/chart.js"} {
		_, _, body := get(path)
		body = strings.ReplaceAll(body, "http://www.w3.org/2000/svg", "")
		if strings.Contains(body, "://") || strings.Contains(body, `"//`) {
			t.Errorf("%s holds an address", path)
		}
	}
}
