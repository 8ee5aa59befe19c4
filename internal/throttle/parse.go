package throttle

import (
	"fmt"
	"strings"
)

// ScriptError says what is wrong with the text of a script, and where.
type ScriptError struct {
	Line, Column int    // from 1, in characters; Line is 0 where there is only one
	Problem      string // what was found and what was expected

	hint string
}

func (e *ScriptError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("column %d: %s", e.Column, e.Problem)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Problem)
}

// Hint returns what was probably meant, or "".
func (e *ScriptError) Hint() string { return e.hint }

// Parse parses a script. The functions parse its sizes and its rates. Errors
// are of type [*ScriptError].
func Parse[S, R ~int64](text string, size func(string) (S, error), rate func(string) (R, error)) (Script, error) {
	p := &parser{
		tokens: tokens(text),
		lines:  strings.Contains(strings.TrimRight(text, "\n"), "\n"),
		size:   func(s string) (int64, error) { n, err := size(s); return int64(n), err },
		rate:   func(s string) (int64, error) { n, err := rate(s); return int64(n), err },
	}
	return p.script()
}

type parser struct {
	tokens     []token // those not yet read
	lines      bool    // the script has several lines
	size, rate func(string) (int64, error)
}

func (p *parser) peek() token { return p.tokens[0] }

// take returns the next token and goes on. At the end it stays there.
func (p *parser) take() token {
	t := p.tokens[0]
	if t.text != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

// fail returns an error at t.
func (p *parser) fail(t token, format string, args ...any) *ScriptError {
	err := &ScriptError{Column: t.column, Problem: fmt.Sprintf(format, args...)}
	if p.lines {
		err.Line = t.line
	}
	return err
}

func (p *parser) script() (Script, error) {
	var s Script
	var after token // what came after the last step
	for p.skipLines(); p.peek().text != ""; p.skipLines() {
		if err := p.follows(s, after); err != nil {
			return Script{}, err
		}
		if p.peek().text == "repeat" {
			s.repeat = true
			return s, p.nothingMore()
		}
		next, err := p.step()
		if err != nil {
			return Script{}, err
		}
		s.steps = append(s.steps, next)
		after = p.take()
	}
	switch {
	case s.IsZero():
		return Script{}, p.fail(p.peek(), "want %s, got %v", anAction, p.peek())
	case !s.steps[len(s.steps)-1].toTheEnd():
		return Script{}, p.fail(after, `want another step or "repeat", got the end of the script`)
	}
	return s, nil
}

func (p *parser) skipLines() {
	for p.peek().text == "\n" {
		p.take()
	}
}

// follows returns an error if nothing may follow the steps of s. The token
// after is where the last of them ended.
func (p *parser) follows(s Script, after token) error {
	if s.IsZero() {
		if p.peek().text == "repeat" {
			return p.fail(p.peek(), `want a step before "repeat"`)
		}
		return nil
	}
	switch last := s.steps[len(s.steps)-1]; {
	case last.end != nil:
		return p.fail(p.peek(), "want nothing after %q, got %v", last, p.peek())
	case last.toTheEnd():
		return p.fail(after, `want "for" and a time or a size, got %v: only the last step goes on to the end`, after)
	}
	return nil
}

// toTheEnd reports whether no step can follow s.
func (s step) toTheEnd() bool { return s.time == 0 && s.amount.n == 0 }

// nothingMore reads the last word of a script. It fails if anything follows.
func (p *parser) nothingMore() error {
	last := p.take()
	if p.peek().text == ";" {
		p.take()
	}
	p.skipLines()
	if p.peek().text != "" {
		return p.fail(p.peek(), "want nothing after %v, got %v", last, p.peek())
	}
	return nil
}
