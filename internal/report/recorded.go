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

// Held says who held a copy up over time: for each bucket the share of each holder, in
// thousandths. A holder that never did has no list.
type Held struct {
	WidthSeconds float64 `json:"width_seconds"` // of a bucket
	UntilSeconds float64 `json:"until_seconds"` // where the last one ends
	Source       []int   `json:"source,omitempty"`
	Destination  []int   `json:"destination,omitempty"`
	Limit        []int   `json:"limit,omitempty"`
	User         []int   `json:"user,omitempty"`
	Program      []int   `json:"program,omitempty"`
}

// lists returns the list of each holder that a copy can have.
func (h *Held) lists() map[ledger.Holder]*[]int {
	return map[ledger.Holder]*[]int{ledger.BySource: &h.Source, ledger.ByDestination: &h.Destination, ledger.ByLimit: &h.Limit,
		ledger.ByUser: &h.User, ledger.ByProgram: &h.Program}
}

// NewHeld returns who held a copy up that went so over time.
func NewHeld(s ledger.Series) Held {
	held := Held{WidthSeconds: s.Width.Seconds(), UntilSeconds: s.Until.Seconds()}
	for h, list := range held.lists() {
		shares, ever := make([]int, len(s.Holders)), false
		for i, bucket := range s.Holders {
			shares[i] = int((bucket[h]*1000 + s.Width/2) / max(s.Width, 1))
			ever = ever || shares[i] > 0
		}
		if ever {
			*list = shares
		}
	}
	return held
}

// Until returns where the last bucket ends.
func (h *Held) Until() time.Duration { return seconds(h.UntilSeconds) }

// Join fills in the holders of a series, whose buckets may have another width.
func (h *Held) Join(s *ledger.Series) {
	s.Holders = make([][ledger.Holders]time.Duration, len(s.Source))
	width := seconds(h.WidthSeconds)
	for holder, list := range h.lists() {
		for i, share := range *list {
			at := int(time.Duration(i) * width / s.Width)
			if at < len(s.Holders) {
				s.Holders[at][holder] += width * time.Duration(share) / 1000
			}
		}
	}
}

// check returns an error if there cannot be a copy that was held so.
func (h *Held) check() error {
	const longest = 1e10 // seconds
	if !(h.WidthSeconds >= 1e-6 && h.WidthSeconds <= longest/ledger.Buckets) || !(h.UntilSeconds >= 0 && h.UntilSeconds <= longest) {
		return fmt.Errorf("%v s of buckets of %v s", h.UntilSeconds, h.WidthSeconds)
	}
	for _, list := range h.lists() {
		if len(*list) > ledger.Buckets {
			return fmt.Errorf("%d buckets: want at most %d", len(*list), ledger.Buckets)
		}
		for _, share := range *list {
			if share < 0 || share > 1000 {
				return fmt.Errorf("a share of %d thousandths", share)
			}
		}
	}
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

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
