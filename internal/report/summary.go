// Package report says what came of a copy: the summary as an object and as a
// line for people, the conditions that hold, and the exit status. A demo is
// reported in the same way.
//
// # Words
//
//   - run: one run of the program.
//   - summary: the counts, times and settings of a copy, and how it ended.
//   - condition: what the user states with --expect, see package expect.
//   - expectation: a condition in the summary, with what came of it.
//   - unmet: a condition that does not hold.
//   - failure: an error with the exit status that it gives a run.
//   - status: the exit status. The summary has a word for it, the result.
//   - hint: a line after an error that says what may help.
package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math"

	"bpcopy/internal/ledger"
)

// Schema names the form of the summary object. The number changes when a field
// goes or changes its meaning, not when one is added.
const Schema = "bpcopy.summary/1"

// Summary is what --json writes. A pointer is nil, and null in JSON, if the
// value is not known or the setting was not given.
//
// Conditions use its fields. The tag "unit" is the unit of a number: bytes,
// bytes/s, s, share, or none for a plain count. The tag "words" lists all values that
// a text can have while conditions are judged. The tag "absent" is null for a number
// that is null, and not zero, where the object leaves it out.
type Summary struct {
	Schema              string        `json:"schema"`
	Source              Source        `json:"source"`
	Destinations        []Destination `json:"destinations"`
	Bytes               int64         `json:"bytes" unit:"bytes"`
	ElapsedSeconds      float64       `json:"elapsed_seconds" unit:"s"`
	Rate                int64         `json:"rate" unit:"bytes/s"`
	RequestedRate       *int64        `json:"requested_rate" unit:"bytes/s"`
	HighWaterMark       int64         `json:"high_water_mark" unit:"bytes"`
	LowWaterMark        int64         `json:"low_water_mark" unit:"bytes"`
	ReadAhead           int64         `json:"read_ahead" unit:"bytes"`
	ChunkSize           int64         `json:"chunk_size" unit:"bytes"`
	Conduit             string        `json:"conduit" words:"memory kernel range"`
	Pauses              int64         `json:"pauses"`
	Drains              int64         `json:"drains"`
	Resumes             int64         `json:"resumes"`
	UserPauses          int64         `json:"user_pauses,omitempty"` // by --pause-after-chunk or a scenario
	PausedSeconds       float64       `json:"paused_seconds" unit:"s"`
	LongestPauseSeconds float64       `json:"longest_pause_seconds" unit:"s"`
	StoppedSeconds      float64       `json:"stopped_seconds" unit:"s"` // the process was stopped, or the computer slept; no other time includes this
	PeakLength          int64         `json:"peak_length" unit:"bytes"`
	Name                string        `json:"name"` // what the copy is called in the display, see --name
	Waited              Waited        `json:"waited"`
	Bottleneck          string        `json:"bottleneck" words:"source destination limit user program stage balanced none"`
	BottleneckShare     float64       `json:"bottleneck_share" unit:"share"`
	Evidence            []Evidence    `json:"evidence,omitempty"` // of the end that was waited for most often first, and there what explains most
	Stages              []Stage       `json:"stages,omitempty"`   // in the order of --through
	Result              string        `json:"result" words:"ok error usage timeout interrupted consumer-gone"`
	Error               *string       `json:"error"`
	ExitCode            int           `json:"exit_code"`
	Expectations        []Expectation `json:"expectations,omitempty"`
}

// Source is the source in the summary.
type Source struct {
	Name string `json:"name"`
	Size *int64 `json:"size" unit:"bytes"`
	Buffers
}

// Destination is one destination in the summary.
type Destination struct {
	Name        string `json:"name"`
	Bytes       int64  `json:"bytes" unit:"bytes"`
	Writes      int64  `json:"writes"`
	WritesFalse int64  `json:"writes_false"`
	Drains      int64  `json:"drains"`
	PeakLength  int64  `json:"peak_length" unit:"bytes"`
	Buffers
	// Of several destinations: for how long it was one of those that held the source,
	// and the only one.
	WaitedSeconds    *float64 `json:"waited_seconds,omitempty" unit:"s"`
	HeldAloneSeconds *float64 `json:"held_alone_seconds,omitempty" unit:"s"`
}

// Buffers are the sizes that the kernel has granted to a socket's buffers, where
// the operand asks for one. Linux grants twice what is asked for.
type Buffers struct {
	Rcvbuf *int64 `json:"rcvbuf,omitempty" unit:"bytes" absent:"null"`
	Sndbuf *int64 `json:"sndbuf,omitempty" unit:"bytes" absent:"null"`
}

// Expectation is a condition and what came of it. Actual is the value of its
// field.
type Expectation struct {
	Condition string `json:"condition"`
	Holds     bool   `json:"holds"`
	Actual    string `json:"actual"`
}

// JSON returns the summary as one line, with its newline.
func (s *Summary) JSON() ([]byte, error) { return line(s) }

// line returns a summary object as one line of JSON, with its newline.
func line(summary any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // names stay as they are
	err := enc.Encode(summary)
	return b.Bytes(), err
}

// WriteJSON writes the summary as one line, with its newline.
func (s *Summary) WriteJSON(w io.Writer) error {
	line, err := s.JSON()
	if err == nil {
		_, err = w.Write(line)
	}
	return err
}

// Count fills in the counts and times of a ledger. The ledger has only the
// destinations that bytes went to, so index returns the index in the summary of
// each of its destinations.
func (s *Summary) Count(l ledger.Snapshot, index func(dst int) int) {
	s.Bytes, s.ElapsedSeconds = l.Written, l.Elapsed.Seconds()
	s.Rate = rate(s.Bytes, s.ElapsedSeconds)
	s.Pauses, s.Drains, s.Resumes, s.UserPauses = l.Pauses, l.Drains, l.Resumes, l.UserPauses
	s.PausedSeconds, s.LongestPauseSeconds = l.Paused.Seconds(), l.LongestPause.Seconds()
	s.PeakLength = l.PeakLength
	for i, d := range l.Destinations {
		dst := &s.Destinations[index(i)]
		dst.Bytes, dst.Writes, dst.WritesFalse, dst.Drains, dst.PeakLength = d.Bytes, d.Writes, d.WritesFalse, d.Drains, d.PeakLength
		if len(s.Destinations) > 1 {
			dst.WaitedSeconds, dst.HeldAloneSeconds = new(d.Full.Seconds()), new(d.Alone.Seconds())
		}
	}
	s.wait(l.Waits, l.Elapsed)
}

// rate returns the rate of so many bytes in a time, or 0 if no time has passed.
func rate(bytes int64, seconds float64) int64 {
	if seconds <= 0 {
		return 0
	}
	return int64(math.Round(float64(bytes) / seconds))
}

// End fills in how the run ended: result, error and exit code.
func (s *Summary) End(failures *Failures) {
	status := failures.ExitStatus()
	s.Result, s.ExitCode = status.String(), int(status)
	if failures.all != nil {
		s.Error = new(failures.Error())
	}
}
