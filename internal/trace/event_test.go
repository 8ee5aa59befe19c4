package trace_test

import (
	"encoding/json"
	"testing"

	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

func TestAppendEvent(t *testing.T) {
	const src, stage = stream.FromSource, stream.FromStage
	tests := []struct {
		event stream.Event
		want  string
	}{
		{stream.Event{Kind: stream.Data, Dst: src, Bytes: 65536, ReadableLength: 10}, `"event":"data","bytes":65536,"rlength":10`},
		{stream.Event{Kind: stream.Write, Dst: 1, Bytes: 5, Ret: true, Length: 7},
			`"event":"write","dst":1,"bytes":5,"ret":true,"length":7,"needDrain":false`},
		{stream.Event{Kind: stream.Write, Dst: 0, Bytes: 0, Length: 100, NeedDrain: true},
			`"event":"write","dst":0,"bytes":0,"ret":false,"length":100,"needDrain":true`},
		{stream.Event{Kind: stream.Pause, Dst: src, Cause: stream.CauseBackpressure, ReadableLength: 3},
			`"event":"pause","cause":"backpressure","rlength":3`},
		{stream.Event{Kind: stream.Resume, Dst: src, Cause: stream.CauseInitial}, `"event":"resume","cause":"initial","rlength":0`},
		{stream.Event{Kind: stream.Drain, Dst: 2}, `"event":"drain","dst":2,"length":0`},
		{stream.Event{Kind: stream.Pipe, Dst: 0, Length: 4}, `"event":"pipe","dst":0,"length":4`},
		{stream.Event{Kind: stream.Unpipe, Dst: 0, Length: 4}, `"event":"unpipe","dst":0,"length":4`},
		{stream.Event{Kind: stream.End, Dst: src}, `"event":"end","who":"src","rlength":0`},
		{stream.Event{Kind: stream.Finish, Dst: 0}, `"event":"finish","dst":0,"length":0`},
		{stream.Event{Kind: stream.Close, Dst: src, ReadableLength: 9}, `"event":"close","who":"src","rlength":9`},
		{stream.Event{Kind: stream.Close, Dst: 1, Length: 9}, `"event":"close","who":"dst","dst":1,"length":9`},
		{stream.Event{Kind: stream.Data, Dst: src, Index: 2, Bytes: 5}, `"event":"data","src":2,"bytes":5,"rlength":0`},
		{stream.Event{Kind: stream.Close, Dst: src, Index: 1}, `"event":"close","who":"src","src":1,"rlength":0`},
		{stream.Event{Kind: stream.Data, Dst: stage, Bytes: 5, ReadableLength: 1}, `"event":"data","stage":0,"bytes":5,"rlength":1`},
		{stream.Event{Kind: stream.Write, Dst: stage, Index: 1, Bytes: 5, Length: 7},
			`"event":"write","stage":1,"bytes":5,"ret":false,"length":7,"needDrain":false`},
		{stream.Event{Kind: stream.Pause, Dst: stage, Cause: stream.CauseUser}, `"event":"pause","stage":0,"cause":"user","rlength":0`},
		{stream.Event{Kind: stream.Drain, Dst: stage}, `"event":"drain","stage":0,"length":0`},
		{stream.Event{Kind: stream.End, Dst: stage}, `"event":"end","who":"stage","stage":0,"rlength":0`},
		{stream.Event{Kind: stream.Close, Dst: stage, Length: 2, ReadableLength: 3}, `"event":"close","who":"stage","stage":0,"length":2,"rlength":3`},
		{stream.Event{Kind: stream.Errored, Dst: stage, Code: "EIO"}, `"event":"error","who":"stage","stage":0,"code":"EIO"`},
		{stream.Event{Kind: stream.Errored, Dst: src, Code: "EIO"}, `"event":"error","who":"src","code":"EIO"`},
		{stream.Event{Kind: stream.Errored, Dst: 1, Code: `<"é&`}, `"event":"error","who":"dst","dst":1,"code":"<\"é&"`},
		{stream.Event{Kind: stream.Callback, Dst: src}, `"event":"callback","code":null`},
		{stream.Event{Kind: stream.Callback, Dst: src, Code: "EIO"}, `"event":"callback","code":"EIO"`},
	}
	for _, tt := range tests {
		got := string(trace.AppendEvent(nil, 7000, 42, &tt.event))
		if want := `{"t":7,"n":42,` + tt.want + "}\n"; got != want {
			t.Errorf("AppendEvent(%+v)\n got %swant %s", tt.event, got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("AppendEvent(%+v) = %s; want JSON", tt.event, got)
		}
	}
}

func TestAppendEventTime(t *testing.T) {
	tests := []struct {
		at   trace.Micros
		want string
	}{
		{0, "0"}, {1, "0.001"}, {10, "0.01"}, {100, "0.1"}, {999, "0.999"}, {1000, "1"}, {1500, "1.5"}, {12_345_670, "12345.67"},
		{1000 * (1<<53 - 1), "9007199254740991"},
	}
	for _, tt := range tests {
		got := string(trace.AppendEvent([]byte("x"), tt.at, 0, &stream.Event{Kind: stream.Callback}))
		if want := `x{"t":` + tt.want + `,"n":0,"event":"callback","code":null}` + "\n"; got != want {
			t.Errorf("AppendEvent(%d)\n got %swant %s", tt.at, got, want)
		}
	}
}

func TestAppendEventAllocatesNothing(t *testing.T) {
	line := make([]byte, 0, 200)
	event := &stream.Event{Kind: stream.Write, Bytes: 65536, Length: 65536, NeedDrain: true}
	if n := testing.AllocsPerRun(100, func() { trace.AppendEvent(line, 1234, 5, event) }); n != 0 {
		t.Errorf("AppendEvent() allocates %v times; want 0", n)
	}
}
