package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bpcopy/internal/ledger"
)

// Recorded is what the last line of --events tells beside the events: the summary, and
// what no event tells.
type Recorded struct {
	Summary
	// Held has who held the copy up over time. Of a chain it is each of its copies.
	Held []Held `json:"held,omitempty"`
	// Operands has for each destination of the events its index in the summary. If it is
	// empty, they are the same.
	Operands []int `json:"operands,omitempty"`
}

// Held says who held a copy up over time: for each bucket, for how long each holder did,
// in nanoseconds. A holder that never did has no list.
type Held struct {
	Width       time.Duration   `json:"width_ns"` // of a bucket
	Until       time.Duration   `json:"until_ns"` // where the last one ends
	Source      []time.Duration `json:"source,omitempty"`
	Destination []time.Duration `json:"destination,omitempty"`
	Limit       []time.Duration `json:"limit,omitempty"`
	User        []time.Duration `json:"user,omitempty"`
	Program     []time.Duration `json:"program,omitempty"`
}

// lists returns the list of each holder that a copy can have.
func (h *Held) lists() map[ledger.Holder]*[]time.Duration {
	return map[ledger.Holder]*[]time.Duration{ledger.BySource: &h.Source, ledger.ByDestination: &h.Destination, ledger.ByLimit: &h.Limit,
		ledger.ByUser: &h.User, ledger.ByProgram: &h.Program}
}

// NewHeld returns who held a copy up that went so over time.
func NewHeld(s ledger.Series) Held {
	held := Held{Width: s.Width, Until: s.Until}
	for h, list := range held.lists() {
		times, ever := make([]time.Duration, len(s.Holders)), false
		for i, bucket := range s.Holders {
			times[i] = bucket[h]
			ever = ever || bucket[h] > 0
		}
		if ever {
			*list = times
		}
	}
	return held
}

// Join fills in the holders of a series. If its buckets are wider, they have what all of
// theirs have.
func (h *Held) Join(s *ledger.Series) {
	s.Holders = make([][ledger.Holders]time.Duration, len(s.Source))
	for holder, list := range h.lists() {
		for i, held := range *list {
			if at := int(time.Duration(i) * h.Width / s.Width); at < len(s.Holders) {
				s.Holders[at][holder] += held
			}
		}
	}
}

// check returns an error if there cannot be a copy that was held so.
func (h *Held) check() error {
	const longest = 1 << 53 // nanoseconds: three months
	if h.Width <= 0 || h.Width > longest/ledger.Buckets || h.Until < 0 || h.Until > longest {
		return fmt.Errorf("buckets of %d ns until %d ns", h.Width, h.Until)
	}
	for _, list := range h.lists() {
		if len(*list) > ledger.Buckets {
			return fmt.Errorf("%d buckets: want at most %d", len(*list), ledger.Buckets)
		}
		for _, held := range *list {
			if held < 0 || held > h.Width {
				return fmt.Errorf("%d ns in a bucket of %d ns", held, h.Width)
			}
		}
	}
	return nil
}

// JSON returns the object as one line, with its newline.
func (r *Recorded) JSON() ([]byte, error) { return marked(line(r)) }

// Recorded returns the last line of the --events of a proxy, with its newline.
func (s *ProxySummary) Recorded() ([]byte, error) { return marked(line(s)) }

// marked marks an object as a summary, for readers of events.
func marked(object []byte, err error) ([]byte, error) {
	return append([]byte(`{"summary":true,`), bytes.TrimPrefix(object, []byte("{"))...), err
}

// ErrNotRecorded is returned for a summary that --events did not write.
var ErrNotRecorded = errors.New("no summary of --events")

// ParseRecorded reads the last line of --events: either is nil. The error is
// [ErrNotRecorded] for any other summary.
func ParseRecorded(line []byte) (*Recorded, *ProxySummary, error) {
	var kind struct{ Schema string }
	if json.Unmarshal(line, &kind) != nil {
		return nil, nil, ErrNotRecorded
	}
	switch kind.Schema {
	case Schema:
		r := new(Recorded)
		if err := json.Unmarshal(line, r); err != nil {
			return nil, nil, fmt.Errorf("want a summary as --events writes it: %w", err)
		}
		for i := range r.Held {
			if err := r.Held[i].check(); err != nil {
				return nil, nil, fmt.Errorf(`"held": %w`, err)
			}
		}
		return r, nil, nil
	case ProxySchema:
		s := new(ProxySummary)
		if err := json.Unmarshal(line, s); err != nil {
			return nil, nil, fmt.Errorf("want a summary as --events writes it: %w", err)
		}
		return nil, s, nil
	}
	return nil, nil, ErrNotRecorded
}
