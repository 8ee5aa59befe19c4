package lesson

import (
	"encoding/json"
	"strconv"
)

// document is a scenario as package scenario parses it.
type document struct {
	ReadableHighWaterMark int64          `json:"readableHighWaterMark"`
	HighWaterMark         int64          `json:"highWaterMark"`
	Chunks                documentChunks `json:"chunks"`
	Source                documentSource `json:"source"`
	Dests                 []documentDest `json:"dests"`
	PauseAfterDataMS      *int64         `json:"pause_after_data_ms,omitempty"`
	IgnoreBackpressure    bool           `json:"ignoreBackpressure,omitempty"`
}

type documentChunks struct {
	Count int64 `json:"count"`
	Size  int64 `json:"size"`
}

type documentSource struct {
	LatencyMS int64  `json:"latency_ms"`
	EOF       string `json:"eof,omitempty"`
}

type documentDest struct {
	Sink          []documentStep          `json:"sink"`
	SinkOverrides map[string]documentStep `json:"sink_overrides,omitempty"`
}

type documentStep struct {
	LatencyMS int64 `json:"latency_ms"`
}

// document returns the scenario of the settings, as JSON.
func (s *settings) document() []byte {
	d := document{
		ReadableHighWaterMark: s.readAhead,
		HighWaterMark:         s.mark,
		Chunks:                documentChunks{Count: s.count, Size: s.chunk},
		Source:                documentSource{LatencyMS: s.source},
		PauseAfterDataMS:      s.pause,
		IgnoreBackpressure:    !s.heeded,
	}
	if s.endKnown {
		d.Source.EOF = "with_last"
	}
	for i, ms := range s.consumers {
		dest := documentDest{Sink: []documentStep{{ms}}}
		if i == 0 {
			dest.SinkOverrides = s.overrides(ms)
		}
		d.Dests = append(d.Dests, dest)
	}
	doc, err := json.Marshal(d)
	if err != nil {
		panic("lesson: internal error: a scenario that is no JSON: " + err.Error())
	}
	return doc
}

// overrides returns the sink calls that take longer than ms, by their numbers.
// Several stalls of one call add up.
func (s *settings) overrides(ms int64) map[string]documentStep {
	longer := make(map[string]documentStep)
	for _, stall := range s.stalls {
		call := strconv.FormatInt(stall.call, 10)
		step, ok := longer[call]
		if !ok {
			step.LatencyMS = ms
		}
		step.LatencyMS += stall.ms
		longer[call] = step
	}
	return longer
}
