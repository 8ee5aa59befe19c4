package lesson

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bpcopy/internal/units"
)

// The bounds of the settings. They bound a run: at most 100 chunks to two
// destinations give less than a thousand events.
const (
	maxChunks       = 100
	maxBytes        = int64(16 * units.MiB) // of a chunk, and of a mark
	maxMS           = 10_000
	maxStalls       = 8
	maxDestinations = 2
)

// settings are what the page asks for.
type settings struct {
	chunk     int64   // size of every chunk, in bytes
	count     int64   // number of chunks
	mark      int64   // highWaterMark of every destination, in bytes
	readAhead int64   // that of the source
	source    int64   // time from a request to its chunk, in ms
	consumers []int64 // time that each destination takes for a chunk, in ms
	pause     *int64  // time for which the program pauses after each chunk, in ms; nil for none
	heeded    bool    // the source waits when write() returns false
	endKnown  bool    // the end comes with the last chunk
	stalls    []stall // of the first destination
}

// stall is time that a sink call takes in addition.
type stall struct {
	call int64 // number of the sink call, from 0
	ms   int64
}

// field is a setting in a query.
type field struct {
	most int // how often it may be given; at least once if it is wanted
	want bool
	read func(text string) error
}

// fields returns the settings that a query may have, by name.
func (s *settings) fields() map[string]field {
	number := func(to *int64, from, most int64) field {
		return field{1, true, func(text string) (err error) {
			*to, err = integer(text, from, most)
			return err
		}}
	}
	return map[string]field{
		"chunk":      number(&s.chunk, 1, maxBytes),
		"count":      number(&s.count, 1, maxChunks),
		"mark":       number(&s.mark, 1, maxBytes),
		"read_ahead": number(&s.readAhead, 1, maxBytes),
		"source_ms":  number(&s.source, 0, maxMS),
		"consumer_ms": {maxDestinations, true, func(text string) error {
			ms, err := integer(text, 0, maxMS)
			s.consumers = append(s.consumers, ms)
			return err
		}},
		"pause_ms": {1, false, func(text string) error {
			ms, err := integer(text, 0, maxMS)
			s.pause = &ms
			return err
		}},
		"heed": {1, false, func(text string) (err error) {
			s.heeded, err = choose(text, "yes", "no")
			return err
		}},
		"end": {1, false, func(text string) (err error) {
			s.endKnown, err = choose(text, "with_last", "separate")
			return err
		}},
		"stall": {maxStalls, false, s.readStall},
	}
}

// parseSettings reads a query. Its errors say which setting is wrong, and what
// was expected.
func parseSettings(query string) (settings, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return settings{}, fmt.Errorf("query: %w", err)
	}
	s := settings{heeded: true}
	fields := s.fields()
	names := slices.Sorted(maps.Keys(fields))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, ok := fields[name]
		if !ok {
			return s, fmt.Errorf("%q: no such setting, want one of %s", name, strings.Join(names, ", "))
		}
		if n := len(values[name]); n > f.most {
			return s, fmt.Errorf("%s: given %d times, want at most %d", name, n, f.most)
		}
		for _, text := range values[name] {
			if err := f.read(text); err != nil {
				return s, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for _, name := range names {
		if fields[name].want && !values.Has(name) {
			return s, fmt.Errorf("%s: missing", name)
		}
	}
	return s, nil
}

// readStall reads CALL:MS.
func (s *settings) readStall(text string) error {
	call, ms, ok := strings.Cut(text, ":")
	if !ok {
		return fmt.Errorf("want CALL:MS, got %q", text)
	}
	var one stall
	var err error
	if one.call, err = integer(call, 0, maxChunks-1); err != nil {
		return err
	}
	if one.ms, err = integer(ms, 1, maxMS); err != nil {
		return err
	}
	s.stalls = append(s.stalls, one)
	return nil
}

// integer reads a number between two bounds.
func integer(text string, from, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < from || n > most {
		return 0, fmt.Errorf("want an integer from %d to %d, got %q", from, most, text)
	}
	return n, nil
}

// choose reports whether text is yes. The only other text is no.
func choose(text, yes, no string) (bool, error) {
	if text != yes && text != no {
		return false, fmt.Errorf("want %s or %s, got %q", yes, no, text)
	}
	return text == yes, nil
}
