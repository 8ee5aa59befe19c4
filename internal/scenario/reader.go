package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxInteger is the largest integer up to which JavaScript counts exactly:
// Number.MAX_SAFE_INTEGER.
const maxInteger = 1<<53 - 1

// reader reads a JSON document value by value. After the first mistake it reads
// no further: its methods return zero values then.
type reader struct {
	name string // of the document, for errors
	dec  *json.Decoder
	path []byte // of the value that is read: ".dests[0].sink"
	err  *Error // the first mistake
}

// newReader returns a reader of doc, or an error that says where doc is no
// well-formed JSON.
func newReader(name string, doc []byte) (*reader, *Error) {
	var nothing struct{} // only the form is checked
	if err, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(doc, &nothing)); ok {
		return nil, &Error{Scenario: name, Where: position(doc, err), Problem: err.Error()}
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	return &reader{name: name, dec: dec}, nil
}

// position returns the line and the column of a syntax error in doc, from 1.
func position(doc []byte, err *json.SyntaxError) string {
	at := len(doc)
	if !strings.HasPrefix(err.Error(), "unexpected end") {
		at = max(0, int(err.Offset)-1)
	}
	before := doc[:at]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d", line, column)
}

// fail notes a mistake in the value that is read, unless there was one before.
func (r *reader) fail(format string, args ...any) {
	r.failAt(string(r.path), format, args...)
}

// failAt is fail for the value at path.
func (r *reader) failAt(path, format string, args ...any) {
	if r.err == nil {
		r.err = &Error{Scenario: r.name, Where: strings.TrimPrefix(path, "."), Problem: fmt.Sprintf(format, args...)}
	}
}

// token returns the next token, or nil after a mistake.
func (r *reader) token() json.Token {
	if r.err != nil {
		return nil
	}
	t, err := r.dec.Token()
	if err != nil {
		panic("scenario: internal error: a document that was well-formed is not: " + err.Error())
	}
	return t
}

// wrong notes a mistake: the token t is not of the wanted type.
func (r *reader) wrong(t json.Token, want string) {
	got := fmt.Sprint(t)
	switch t := t.(type) {
	case nil:
		got = "null"
	case string:
		got = strconv.Quote(t)
	case json.Delim:
		got = map[json.Delim]string{'{': "an object", '[': "a list"}[t]
	}
	r.fail("want %s, got %s", want, got)
}

// integer reads an integer from 0 to maxInteger. It may be written in any form
// that JSON has, such as 1e3.
func (r *reader) integer() int64 {
	t := r.token()
	if number, ok := t.(json.Number); ok {
		f, err := number.Float64()
		if n, bad := strconv.ParseInt(number.String(), 10, 64); bad == nil {
			f, err = float64(n), nil
			if n > maxInteger {
				f = math.Inf(1) // it may round to a number in range
			}
		}
		if err == nil && f >= 0 && f <= maxInteger && f == math.Trunc(f) {
			return int64(f)
		}
	}
	r.wrong(t, fmt.Sprintf("an integer from 0 to %d", int64(maxInteger)))
	return 0
}

func (r *reader) boolean() bool {
	t := r.token()
	b, ok := t.(bool)
	if !ok {
		r.wrong(t, "true or false")
	}
	return b
}

func (r *reader) text() string {
	t := r.token()
	s, ok := t.(string)
	if !ok {
		r.wrong(t, "a string")
	}
	return s
}

// oneOf reads one of the names and returns its index. In errors, what says of
// which things these are the names.
func (r *reader) oneOf(what string, names []string) int {
	s := r.text()
	i := slices.Index(names, s)
	if i < 0 {
		r.fail("unknown %s %q, want one of %s", what, s, strings.Join(names, ", "))
	}
	return max(i, 0)
}

// list reads a list. It calls value to read each element.
func (r *reader) list(value func()) {
	if t := r.token(); t != json.Delim('[') {
		r.wrong(t, "a list")
		return
	}
	r.elements(value)
}

// elements is list after the "[".
func (r *reader) elements(value func()) {
	for i := 0; r.err == nil && r.dec.More(); i++ {
		r.within("["+strconv.Itoa(i)+"]", value)
	}
	r.token()
}

// field is a member that an object may have.
type field struct {
	name string
	read func()
}

// object reads an object that has no other members than fields. For each field
// it returns whether it was there.
func (r *reader) object(fields ...field) []bool {
	if t := r.token(); t != json.Delim('{') {
		r.wrong(t, "an object")
		return make([]bool, len(fields))
	}
	return r.members(fields)
}

// members is object after the "{".
func (r *reader) members(fields []field) []bool {
	seen := make([]bool, len(fields))
	r.keys(func(key string) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key })
		switch {
		case i < 0:
			names := make([]string, len(fields))
			for i, f := range fields {
				names[i] = f.name
			}
			r.fail("unknown field, want one of %s", strings.Join(names, ", "))
		case seen[i]:
			r.fail("given twice")
		default:
			seen[i] = true
			fields[i].read()
		}
	})
	return seen
}

// keys reads an object after the "{". It calls read with each key, to read the
// value.
func (r *reader) keys(read func(key string)) {
	for r.err == nil && r.dec.More() {
		key := r.token().(string)
		r.within("."+key, func() { read(key) })
	}
	r.token()
}

// within calls read for a value whose path is longer by part.
func (r *reader) within(part string, read func()) {
	outer := len(r.path)
	r.path = append(r.path, part...)
	read()
	r.path = r.path[:outer]
}

// into returns a function that reads a value and stores it.
func into[T any](to *T, read func() T) func() {
	return func() { *to = read() }
}

// maybe is into for a value that stays nil if the field is missing.
func maybe[T any](to **T, read func() T) func() {
	return func() { *to = new(read()) }
}
