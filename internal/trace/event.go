// Package trace writes each event of a copy as one line of JSON. The lines have
// the fields of those of testdata/node/oracle.mjs, in the same order.
//
// # Words
//
//   - event: what the machine tells its observer, a [stream.Event].
//   - line: an event as JSON, with its time and its number.
//   - recorder: takes the events of a running copy and writes them. The copy
//     never waits for it.
//   - lost: an event that came while too many others were waiting.
package trace

import (
	"strconv"

	"bpcopy/internal/stream"
)

// Micros is a moment of a copy in microseconds since its start.
type Micros int64

// AppendEvent appends e as one line of JSON, with its newline. The time t is
// printed in milliseconds, and n is the number of the line, from 0.
func AppendEvent(b []byte, t Micros, n int64, e *stream.Event) []byte {
	return appendEvent(b, t, n, Where{}, e)
}

// Where says which copy of several an event is of.
type Where struct {
	Leg  int    // number of the copy in a chain, from 1 (the line has it from 0); 0 if it is in none
	Conn int64  // number of the connection
	Dir  string // "up" or "down"; "" if there is only one copy
}

func appendEvent(b []byte, t Micros, n int64, where Where, e *stream.Event) []byte {
	b = append(b, `{"t":`...)
	b = appendMillis(b, t)
	b = append(b, `,"n":`...)
	b = strconv.AppendInt(b, n, 10)
	b = append(b, `,"event":"`...)
	b = append(b, e.Kind.String()...)
	b = append(b, '"')
	if where.Dir != "" {
		b = appendInt(b, "conn", where.Conn)
		b = append(append(append(appendKey(b, "dir"), '"'), where.Dir...), '"')
	}
	if where.Leg > 0 {
		b = appendInt(b, "leg", int64(where.Leg-1))
	}
	b = appendFields(b, e)
	return append(b, '}', '\n')
}

// appendMillis appends t in milliseconds, without trailing zeros.
func appendMillis(b []byte, t Micros) []byte {
	b = strconv.AppendInt(b, int64(t/1000), 10)
	if frac := t % 1000; frac != 0 {
		b = append(b, '.', byte('0'+frac/100), byte('0'+frac/10%10), byte('0'+frac%10))
		for b[len(b)-1] == '0' {
			b = b[:len(b)-1]
		}
	}
	return b
}

// appendFields appends the fields that an event of this kind has.
func appendFields(b []byte, e *stream.Event) []byte {
	switch e.Kind {
	case stream.Data:
		b = appendPlace(b, e)
		b = appendInt(b, "bytes", e.Bytes)
		return appendInt(b, "rlength", e.ReadableLength)
	case stream.Write:
		b = appendPlace(b, e)
		b = appendInt(b, "bytes", e.Bytes)
		b = appendBool(b, "ret", e.Ret)
		b = appendInt(b, "length", e.Length)
		return appendBool(b, "needDrain", e.NeedDrain)
	case stream.Pause, stream.Resume:
		b = appendPlace(b, e)
		b = append(appendKey(b, "cause"), '"')
		b = append(append(b, e.Cause.String()...), '"')
		return appendInt(b, "rlength", e.ReadableLength)
	case stream.End:
		return appendInt(appendWho(b, e), "rlength", e.ReadableLength)
	case stream.Close:
		b = appendWho(b, e)
		if e.Dst != stream.FromSource {
			b = appendInt(b, "length", e.Length)
		}
		if e.Dst < 0 {
			b = appendInt(b, "rlength", e.ReadableLength)
		}
		return b
	case stream.Errored:
		return appendString(appendWho(b, e), "code", e.Code)
	case stream.Callback:
		if e.Code == "" {
			return append(b, `,"code":null`...)
		}
		return appendString(b, "code", e.Code)
	default: // Drain, Pipe, Unpipe, Finish
		return appendInt(appendPlace(b, e), "length", e.Length)
	}
}

// appendPlace appends which stream e is about; nothing for the first source.
func appendPlace(b []byte, e *stream.Event) []byte {
	switch {
	case e.Dst >= 0:
		return appendInt(b, "dst", int64(e.Dst))
	case e.Dst == stream.FromStage:
		return appendInt(b, "stage", int64(e.Index))
	case e.Index > 0:
		return appendInt(b, "src", int64(e.Index))
	}
	return b
}

// appendWho is appendPlace after what kind of stream it is.
func appendWho(b []byte, e *stream.Event) []byte {
	who := "dst"
	switch e.Dst {
	case stream.FromSource:
		who = "src"
	case stream.FromStage:
		who = "stage"
	}
	return appendPlace(appendString(b, "who", who), e)
}

func appendKey(b []byte, key string) []byte {
	b = append(b, ',', '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

func appendInt(b []byte, key string, v int64) []byte {
	return strconv.AppendInt(appendKey(b, key), v, 10)
}

func appendBool(b []byte, key string, v bool) []byte {
	return strconv.AppendBool(appendKey(b, key), v)
}
