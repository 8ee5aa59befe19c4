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

// Where says which copy of a proxy an event is of.
type Where struct {
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
		b = appendInt(b, "bytes", e.Bytes)
		return appendInt(b, "rlength", e.ReadableLength)
	case stream.Write:
		b = appendInt(b, "dst", int64(e.Dst))
		b = appendInt(b, "bytes", e.Bytes)
		b = appendBool(b, "ret", e.Ret)
		b = appendInt(b, "length", e.Length)
		return appendBool(b, "needDrain", e.NeedDrain)
	case stream.Pause, stream.Resume:
		b = append(appendKey(b, "cause"), '"')
		b = append(append(b, e.Cause.String()...), '"')
		return appendInt(b, "rlength", e.ReadableLength)
	case stream.End, stream.Close:
		return appendLength(appendWho(b, e), e)
	case stream.Errored:
		return appendString(appendWho(b, e), "code", e.Code)
	case stream.Callback:
		if e.Code == "" {
			return append(b, `,"code":null`...)
		}
		return appendString(b, "code", e.Code)
	default: // Drain, Pipe, Unpipe, Finish
		b = appendInt(b, "dst", int64(e.Dst))
		return appendLength(b, e)
	}
}

// appendWho appends which stream e is about.
func appendWho(b []byte, e *stream.Event) []byte {
	if e.Dst == stream.FromSource {
		return append(b, `,"who":"src"`...)
	}
	return appendInt(append(b, `,"who":"dst"`...), "dst", int64(e.Dst))
}

// appendLength appends the length of the stream that e is about, in bytes.
func appendLength(b []byte, e *stream.Event) []byte {
	if e.Dst == stream.FromSource {
		return appendInt(b, "rlength", e.ReadableLength)
	}
	return appendInt(b, "length", e.Length)
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
