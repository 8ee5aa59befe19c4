package throttle

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/errno"
	"bpcopy/internal/nearest"
)

// century is the longest time in a script. Times of that length can be added up
// in a time.Duration.
const century = 100 * 365 * 24 * time.Hour

const anAction = "a rate such as 1MiB/s, unlimited, stall, latency, delay, slice, close or fail"

// actionWords are the words with which a step can begin.
func actionWords() []string {
	return []string{"unlimited", "stall", "latency", "delay", "slice", "close", "fail", "repeat"}
}

// step reads a step, up to the token that ends it.
func (p *parser) step() (step, error) {
	s, err := p.actions()
	if err != nil {
		return s, err
	}
	if s.end != nil {
		if !p.peek().separates() {
			return s, p.fail(p.peek(), "want nothing after %q, got %v", s, p.peek())
		}
		return s, nil
	}
	want := `"+", "for" or ";"`
	if s.stall {
		want = `"for" or ";"`
	}
	if p.peek().text == "for" {
		p.take()
		if err := p.length(&s); err != nil {
			return s, err
		}
		want = `";"`
	}
	if !p.peek().separates() {
		return s, p.fail(p.peek(), "want %s after %q, got %v", want, s, p.peek())
	}
	return s, nil
}

// actions reads the actions of a step.
func (p *parser) actions() (step, error) {
	var s step
	var seen []string // kinds of action
	for {
		t := p.take()
		kind, err := p.action(&s, t)
		if err != nil {
			return s, err
		}
		for _, other := range seen {
			switch {
			case kind == other:
				return s, p.fail(t, "a second %s: want one in a step", kind)
			case alone(kind):
				return s, p.fail(t, "%q joined with another action: want it alone in its step", kind)
			case alone(other):
				return s, p.fail(t, "%q joined with another action: want it alone in its step", other)
			}
		}
		seen = append(seen, kind)
		if p.peek().text != "+" {
			return s, nil
		}
		p.take()
	}
}

// alone reports whether an action of that kind excludes any other.
func alone(kind string) bool { return kind == "stall" || kind == "close" || kind == "fail" }

// action reads the action that starts with t into s, and returns its kind. A
// step has at most one action of a kind.
func (p *parser) action(s *step, t token) (kind string, err error) {
	switch t.text {
	case "unlimited":
		return "rate", nil
	case "stall":
		s.stall = true
	case "close":
		s.end = &End{}
	case "fail":
		s.end, err = p.failure()
	case "latency":
		s.latency, s.jitter, err = p.withJitter(t.text, "5ms")
	case "delay":
		s.delay, s.wander, err = p.withJitter(t.text, "100ms")
	case "slice":
		s.slice, err = p.quantity(p.take(), `a size such as 4KiB after "slice"`, func(text string) (int64, error) { return p.amount(text, "") })
	default:
		if t.text == "" || !strings.ContainsRune("0123456789.-", rune(t.text[0])) {
			err := p.fail(t, "want %s, got %v", anAction, t)
			err.hint = nearest.Hint(t.text, "", actionWords())
			return "", err
		}
		s.rate, err = p.quantity(t, "a rate such as 1MiB/s", p.rate)
		return "rate", err
	}
	return t.text, err
}

func (p *parser) failure() (*End, error) {
	t := p.take()
	if _, known := errno.Named(t.text); !known {
		return nil, p.fail(t, `want the name of an error such as EIO, ENOSPC, ECONNRESET or EPIPE after "fail", got %v`, t)
	}
	return &End{Code: t.text}, nil
}

// withJitter reads the time of an action and its jitter, if there is one.
func (p *parser) withJitter(action, example string) (d, jitter time.Duration, err error) {
	d, err = p.duration(p.take(), fmt.Sprintf("a time such as %s after %q", example, action))
	if err != nil || p.peek().text != "jitter" {
		return d, 0, err
	}
	p.take()
	t := p.take()
	jitter, err = p.duration(t, `a time such as 1ms after "jitter"`)
	if err == nil && jitter > d {
		err = p.fail(t, "want a jitter of at most the %s, got %v", action, t)
	}
	return d, jitter, err
}

// length reads how long s lasts.
func (p *parser) length(s *step) (err error) {
	t := p.take()
	const (
		aTime  = `a time such as 2s after "for"`
		either = `a time such as 2s or a size such as 4MiB after "for"`
	)
	_, notTime := time.ParseDuration(t.text)
	switch {
	case notTime == nil:
		s.time, err = p.duration(t, aTime)
	case s.stall && !t.separates():
		return p.fail(t, "want %s, got %v: a stall lets no bytes through", aTime, t)
	default:
		s.amount, err = p.quantity(t, either, func(text string) (int64, error) {
			n, err := p.amount(text, "a time such as "+text+"s or ")
			if err != nil && !errors.Is(err, errNoUnit) {
				err = fmt.Errorf("neither a time such as 2s nor a size: %w", err)
			}
			return n, err
		})
	}
	return err
}

var errNoUnit = errors.New("no unit")

// amount parses a size. In a script a size needs a unit, because a bare number
// after "for" may be meant as a time. The error names the alternative, if any.
func (p *parser) amount(text, alternative string) (int64, error) {
	if text != "" && strings.Trim(text, "0123456789.") == "" {
		unit := "B"
		if strings.Contains(text, ".") {
			unit = "KiB" // bytes are whole
		}
		return 0, fmt.Errorf("%w: want %sa size such as %s%s", errNoUnit, alternative, text, unit)
	}
	return p.size(text)
}

func (p *parser) duration(t token, want string) (time.Duration, error) {
	d, err := time.ParseDuration(t.text)
	switch {
	case err != nil:
		return 0, p.fail(t, "want %s, got %v", want, t)
	case d <= 0:
		return 0, p.fail(t, "want %s, above zero, got %v", want, t)
	case d > century:
		return 0, p.fail(t, "want %s, up to %s, got %v", want, short(century), t)
	}
	return d, nil
}

func (p *parser) quantity(t token, want string, parse func(string) (int64, error)) (quantity, error) {
	if t.separates() || t.text == "+" {
		return quantity{}, p.fail(t, "want %s, got %v", want, t)
	}
	n, err := parse(t.text)
	switch {
	case err != nil:
		// The function's own error says best what it wants.
		return quantity{}, p.fail(t, "%v: %v", t, err)
	case n <= 0:
		return quantity{}, p.fail(t, "want %s, above zero, got %v", want, t)
	}
	return quantity{n, t.text}, nil
}
