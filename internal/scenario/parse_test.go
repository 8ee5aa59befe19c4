package scenario_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"bpcopy/internal/scenario"
)

func TestParseRefuses(t *testing.T) {
	const (
		integer = "an integer from 0 to 9007199254740991"
		forms   = "a list of {size, at_ms}, {count, size, start_ms, every_ms} or {total}"
		ofDest  = "highWaterMark, lowWaterMark, objectMode, writev, sink, sink_overrides, final, construct_ms"
		top     = "name, description, node, expect, chunks, source, readableHighWaterMark, readableObjectMode, more_sources, " +
			"stages, dests, via, end, prefill, pause_after_data_ms, ignoreBackpressure, writers, actions, " + ofDest
		deeds = "pause, resume, unpipe, unpipe_all, repipe, destroy_src, destroy_dest, end_dest, write_dest, cork, uncork, read, abort, push"
	)
	tests := []struct{ doc, where, problem string }{
		// No JSON.
		{``, "line 1, column 1", "unexpected end of JSON input"},
		{`{"chunks":[]`, "line 1, column 13", "unexpected end of JSON input"},
		{"{\n \"chunks\": [],\n}", "line 3, column 1", "invalid character '}' looking for beginning of object key string"},
		{"{\"name\": \"é\" x", "line 1, column 14", "invalid character 'x' after object key:value pair"},
		{"{\"chunks\":[]}\n{}", "line 2, column 1", "invalid character '{' after top-level value"},
		{`{"chunks":[{"size":01}]}`, "line 1, column 21", "invalid character '1' after object key:value pair"},

		// No scenario.
		{`[]`, "", "want an object, got a list"},
		{`null`, "", "want an object, got null"},
		{`{}`, "chunks", "missing, want " + forms},
		{`{"chunk":[]}`, "chunk", "unknown field, want one of " + top},
		{`{"chunks":[],"chunks":[]}`, "chunks", "given twice"},
		{`{"chunks":[],"expect":"fast"}`, "expect", `want a list, got "fast"`},
		{`{"chunks":[],"expect":[1]}`, "expect[0]", "want a string, got 1"},
		{`{"chunks":[],"description":{}}`, "description", "want a string, got an object"},
		{`{"chunks":[],"name":7}`, "name", "want a string, got 7"},
		{`{"chunks":[],"end":0}`, "end", "want true or false, got 0"},
		{`{"chunks":[],"writev":null}`, "writev", "want true or false, got null"},
		{`{"chunks":[],"node":"23"}`, "node", `unknown line "23" of Node, want one of 20, 22, 24, 26`},
		{`{"chunks":[],"node":24.1}`, "node", `unknown line "24.1" of Node, want one of 20, 22, 24, 26`},
		{`{"chunks":[],"node":true}`, "node", "want the name of a line of Node, got true"},
		{`{"chunks":[],"via":"tube"}`, "via", `unknown via "tube", want one of pipe, pipeline`},

		// Numbers.
		{`{"chunks":[],"highWaterMark":-1}`, "highWaterMark", "want " + integer + ", got -1"},
		{`{"chunks":[],"highWaterMark":1.5}`, "highWaterMark", "want " + integer + ", got 1.5"},
		{`{"chunks":[],"highWaterMark":"1"}`, "highWaterMark", "want " + integer + `, got "1"`},
		{`{"chunks":[],"highWaterMark":true}`, "highWaterMark", "want " + integer + ", got true"},
		{`{"chunks":[],"highWaterMark":1e400}`, "highWaterMark", "want " + integer + ", got 1e400"},
		{`{"chunks":[],"highWaterMark":9007199254740992}`, "highWaterMark", "want " + integer + ", got 9007199254740992"},
		{`{"chunks":[],"highWaterMark":99999999999999999999}`, "highWaterMark", "want " + integer + ", got 99999999999999999999"},
		{`{"chunks":[],"readableHighWaterMark":-0.5}`, "readableHighWaterMark", "want " + integer + ", got -0.5"},
		{`{"chunks":[],"prefill":[1,{}]}`, "prefill[1]", "want " + integer + ", got an object"},

		// Chunks.
		{`{"chunks":7}`, "chunks", "want " + forms + ", got 7"},
		{`{"chunks":{}}`, "chunks", "want " + forms},
		{`{"chunks":{"count":3}}`, "chunks", "want " + forms},
		{`{"chunks":{"size":3}}`, "chunks", "want " + forms},
		{`{"chunks":{"total":3,"every_ms":1}}`, "chunks", "want " + forms},
		{`{"chunks":{"count":3,"size":1,"sizes":1}}`, "chunks.sizes", "unknown field, want one of count, size, start_ms, every_ms, total"},
		{`{"chunks":{"count":-3,"size":1}}`, "chunks.count", "want " + integer + ", got -3"},
		{`{"chunks":{"total":3},"readableHighWaterMark":0}`, "chunks.total", "want readableHighWaterMark above 0, got 0"},
		{`{"chunks":[{"size":1},{}]}`, "chunks[1].size", "missing"},
		{`{"chunks":[{"size":1},3]}`, "chunks[1]", "want an object, got 3"},
		{`{"chunks":[{"size":1,"at":3}]}`, "chunks[0].at", "unknown field, want one of size, at_ms"},
		{`{"chunks":{"count":3,"size":1,"start_ms":9007199254740990,"every_ms":1}}`, "chunks.every_ms",
			"time overflows: want the last chunk by 9007199254740991 ms"},
		{`{"chunks":{"count":9007199254740991,"size":2}}`, "chunks", "bytes overflow: want at most 9007199254740991 in all"},
		{`{"chunks":[{"size":9007199254740991},{"size":1}]}`, "chunks[1].size", "bytes overflow: want at most 9007199254740991 in all"},
		{`{"chunks":[{"size":9007199254740991}],"prefill":[1]}`, "prefill[0]", "bytes overflow: want at most 9007199254740991 in all"},

		// The source and the sinks.
		{`{"chunks":[],"source":{"mode":"pull"}}`, "source.mode", `unknown mode "pull", want one of async, sync, push`},
		{`{"chunks":[],"source":{"eof":"late"}}`, "source.eof", `unknown eof "late", want one of separate, with_last`},
		{`{"chunks":[],"source":{"latency":1}}`, "source.latency", "unknown field, want one of mode, latency_ms, eof, eof_at_ms, per_read"},
		{`{"chunks":[],"sink":{}}`, "sink", "want a list, got an object"},
		{`{"chunks":[],"sink":[]}`, "sink", "want at least one step"},
		{`{"chunks":[],"sink":[{"sync":1}]}`, "sink[0].sync", "want true or false, got 1"},
		{`{"chunks":[],"sink":[{"error":true}]}`, "sink[0].error", "want a string, got true"},
		{`{"chunks":[],"sink":[{"delay":1}]}`, "sink[0].delay", "unknown field, want one of latency_ms, sync, tick, bytes_per_ms, error, never, do"},
		{`{"chunks":[],"sink_overrides":[]}`, "sink_overrides", "want an object, got a list"},
		{`{"chunks":[],"sink_overrides":{"-1":{}}}`, "sink_overrides.-1", `want the number of a sink call, from 0, got "-1"`},
		{`{"chunks":[],"sink_overrides":{"01":{}}}`, "sink_overrides.01", `want the number of a sink call, from 0, got "01"`},
		{`{"chunks":[],"sink_overrides":{"1":{},"1":{}}}`, "sink_overrides.1", "given twice"},
		{`{"chunks":[],"dests":{}}`, "dests", "want a list, got an object"},
		{`{"chunks":[],"dests":[{"mark":1}]}`, "dests[0].mark",
			"unknown field, want one of " + ofDest},
		{`{"chunks":[],"ignoreBackpressure":1}`, "ignoreBackpressure", "want true or false, got 1"},
		{`{"chunks":[],"ignoreBackpressure":true,"via":"pipeline"}`, "ignoreBackpressure", "want false for a pipeline, which always waits"},
		{`{"chunks":[],"dests":[{},{}],"via":"pipeline"}`, "dests", "want one for a pipeline, got 2"},
		{`{"chunks":[],"dests":[],"via":"pipeline"}`, "dests", "want one for a pipeline, got 0"},
		{`{"chunks":[],"dests":[],"prefill":[1]}`, "prefill", "want a destination to write to, got none"},
		{`{"chunks":[],"lowWaterMark":16384}`, "lowWaterMark", "want less than the highWaterMark of 16384, got 16384"},
		{`{"chunks":[],"dests":[{},{"highWaterMark":5,"lowWaterMark":6}]}`, "dests[1].lowWaterMark",
			"want less than the highWaterMark of 5, got 6"},

		// Actions.
		{`{"chunks":[],"actions":[{"do":"pause"}]}`, "actions[0].at_ms", "missing"},
		{`{"chunks":[],"actions":[{"at_ms":1}]}`, "actions[0].do", "missing"},
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"pause"},{"at_ms":1,"do":"jump"}]}`, "actions[1].do",
			`unknown action "jump", want one of ` + deeds},
		{`{"chunks":[],"actions":[{"at_ms":"1","do":"pause"}]}`, "actions[0].at_ms", "want " + integer + `, got "1"`},
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"cork","dest":1}]}`, "actions[0].dest",
			"want the number of one of 1 destinations, from 0, got 1"},
		{`{"chunks":[],"dests":[],"actions":[{"at_ms":1,"do":"cork"}]}`, "actions[0].dest",
			"want the number of one of 0 destinations, from 0, got 0"},
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"pause","stage":0}]}`, "actions[0].stage",
			"want the number of one of 0 stages, from 0, got 0"},
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"push","src":1}]}`, "actions[0].src",
			"want the number of one of 1 sources, from 0, got 1"},
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"push","bytes":9007199254740991},{"at_ms":1,"do":"push","bytes":1}]}`, "actions[1].bytes",
			"bytes overflow: want at most 9007199254740991 in all"},
		{`{"chunks":[],"sink":[{"do":[{"do":"cork","dest":2}]}]}`, "dests[0].sink[0].do[0].dest",
			"want the number of one of 1 destinations, from 0, got 2"},
		{`{"chunks":[],"sink":[{"do":[{"at_ms":1,"do":"cork"}]}]}`, "sink[0].do[0].at_ms",
			"unknown field, want one of do, dest, src, stage, bytes, error"},
		{`{"chunks":[],"stages":[{"flush":{"do":[{"do":"read","stage":0}]}}]}`, "stages[0].flush[0].do[0].do",
			"want no read of a stage inside a call: if it works just then, Node's own buffer breaks"},

		// Stages, other sources and writers.
		{`{"chunks":[],"stages":{}}`, "stages", "want a list, got an object"},
		{`{"chunks":[],"stages":[{"steps":[]}]}`, "stages[0].steps", "want at least one step"},
		{`{"chunks":[],"stages":[{"sink":[]}]}`, "stages[0].sink",
			"unknown field, want one of highWaterMark, readableHighWaterMark, objectMode, readableObjectMode, steps, flush"},
		{`{"chunks":[],"stages":[{"steps":[{"out":5}]}]}`, "stages[0].steps[0].out", "want a list, got 5"},
		{`{"chunks":[],"sink":[{"out":[5]}]}`, "sink[0].out", "unknown field, want one of latency_ms, sync, tick, bytes_per_ms, error, never, do"},
		{`{"chunks":[],"more_sources":[{}]}`, "more_sources[0].chunks", "missing"},
		{`{"chunks":[],"more_sources":[{"chunks":[]}],"via":"pipeline"}`, "more_sources", "want none for a pipeline, got 1"},
		{`{"chunks":[],"more_sources":[{"chunks":{"total":3},"readableHighWaterMark":0}]}`, "more_sources[0].chunks.total",
			"want readableHighWaterMark above 0, got 0"},
		{`{"chunks":[],"source":{"per_read":0}}`, "source.per_read", "want at least 1, got 0"},
		{`{"chunks":[],"writers":[{"size":1}]}`, "writers[0].count", "missing"},
		{`{"chunks":[],"writers":[{"count":1,"size":1,"dest":1}]}`, "writers[0].dest",
			"want the number of one of 1 destinations, from 0, got 1"},
		{`{"chunks":[],"writers":[{"count":9007199254740991,"size":2}]}`, "writers[0]", "bytes overflow: want at most 9007199254740991 in all"},

		// Aborts.
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"abort"}]}`, "actions[0].do", "want a pipeline to abort, which via says"},
		{`{"chunks":[],"actions":[{"at_ms":1,"do":"pause","when":2}]}`, "actions[0].when",
			"unknown field, want one of at_ms, do, dest, src, stage, bytes, error"},
	}
	for _, tt := range tests {
		_, err := scenario.Parse([]byte(tt.doc), "x.json")
		got, ok := errors.AsType[*scenario.Error](err)
		if want := (scenario.Error{Scenario: "x.json", Where: tt.where, Problem: tt.problem}); !ok || *got != want {
			t.Errorf("Parse(%s)\n got %v\nwant %v", tt.doc, err, &want)
		}
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		err  scenario.Error
		want string
	}{
		{scenario.Error{Scenario: "x.json", Where: "actions[2].do", Problem: `unknown action "jump"`},
			`scenario "x.json": actions[2].do: unknown action "jump"`},
		{scenario.Error{Scenario: "x.json", Problem: "want an object, got a list"},
			`scenario "x.json": want an object, got a list`},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%#v.Error() = %s; want %s", tt.err, got, tt.want)
		}
	}
}

// What JavaScript reads as an integer is one, however it is written.
func TestParseNumbers(t *testing.T) {
	for _, number := range []string{"0", "9007199254740991", "1e3", "5.0", "-0", "10e-1"} {
		if _, err := scenario.Parse([]byte(`{"chunks":[],"highWaterMark":`+number+`}`), "x"); err != nil {
			t.Errorf("Parse(highWaterMark %s) = %v; want no error", number, err)
		}
	}
}

func TestParseKeepsWordsForPeople(t *testing.T) {
	sc := parse(t, `{"chunks":[],"name":"a","description":"b","expect":["c","d"]}`)
	if sc.Name == nil || *sc.Name != "a" || sc.Description != "b" || !reflect.DeepEqual(sc.Expect, []string{"c", "d"}) {
		t.Errorf("Parse() = %v, %q, %q; want a, b, [c d]", sc.Name, sc.Description, sc.Expect)
	}
}

// FuzzParse holds that whatever is refused is refused with an Error, and that
// whatever is not can be run.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(vectors, "scenarios", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		sc, err := scenario.Parse(doc, "x")
		if err != nil {
			if _, ok := errors.AsType[*scenario.Error](err); !ok {
				t.Errorf("Parse(%q) = %v; want a *scenario.Error", doc, err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond) // there may be countless chunks
		defer cancel()
		if summary, err := sc.Run(ctx, nil); err == nil && summary.DataEvents > 0 && summary.BytesRead < 0 {
			t.Errorf("Run(%s) read %d bytes", doc, summary.BytesRead)
		}
	})
}
