package expect

import (
	"math/big"
	"strconv"
	"strings"
)

// Condition is one expectation.
type Condition struct {
	left      operand
	op        string
	right     operand // of a range, its lower end
	upper     operand // of a range
	sign      string  // before the tolerance; "" where there is none
	tolerance tolerance
}

// operand is a field, or a value as it was written.
type operand struct {
	written string
	kind    Kind
	field   bool // written is its path
	mayLack bool // it is null where the object leaves it out
	value   value
}

// operand returns the field as an operand that was written so.
func (f Field) operand(written string) operand {
	return operand{written: written, kind: f.Kind, field: true, mayLack: f.Optional}
}

// tolerance is how far apart two numbers may be and still be equal.
type tolerance struct {
	written string
	amount  *big.Rat // of a percentage, as a fraction of the value
	percent bool
}

// Verdict is what came of a condition.
type Verdict struct {
	Holds bool
	// Actual is the value of the condition's field, as JSON has it but without
	// quotes.
	Actual string
	// Detail tells the values of all its fields in words: "drains is 3, pauses
	// is 4".
	Detail string
}

// String is the condition with its words as they were written and one space
// between them. It parses back to the same condition.
func (c Condition) String() string {
	s := c.left.written + " " + c.op + " " + c.right.written
	switch {
	case c.op == "in":
		s += ".." + c.upper.written
	case c.sign != "":
		s += " " + c.sign + " " + c.tolerance.written
	}
	return s
}

// Judge holds the condition against the values.
func (c Condition) Judge(v Values) Verdict {
	left, right := c.left.in(v), c.right.in(v)
	verdict := Verdict{Actual: left.text, Detail: c.left.describe(left)}
	if !left.known {
		verdict.Actual = "null"
	}
	lacking := !left.known || !right.known
	if c.right.field {
		verdict.Detail += ", " + c.right.describe(right)
	}
	upper := value{}
	if c.op == "in" {
		upper = c.upper.in(v)
		lacking = lacking || !upper.known
		if c.upper.field {
			verdict.Detail += ", " + c.upper.describe(upper)
		}
	}
	switch {
	case c.plainEquality():
		verdict.Holds = left.equal(right) == (c.op != "!=")
	case lacking:
		verdict.Detail += "; null has no order"
	case c.op == "in":
		verdict.Holds = left.number.Cmp(right.number) >= 0 && left.number.Cmp(upper.number) <= 0
	case c.sign != "":
		verdict.Holds = c.tolerance.covers(left.number, right.number) == (c.op != "!=")
	default:
		verdict.Holds = ordered(left.number.Cmp(right.number), c.op)
	}
	return verdict
}

// plainEquality reports whether equality decides alone, so that null is a value
// like others.
func (c Condition) plainEquality() bool {
	return c.sign == "" && equality(c.op)
}

func equality(op string) bool { return op == "=" || op == "==" || op == "!=" }

// ordered reports whether numbers that compare so are in the order of op.
func ordered(compared int, op string) bool {
	switch op {
	case "<":
		return compared < 0
	case "<=":
		return compared <= 0
	case ">":
		return compared > 0
	case ">=":
		return compared >= 0
	}
	panic("expect: internal error: operator " + op)
}

// covers reports whether actual is no farther from wanted than t allows.
func (t tolerance) covers(actual, wanted *big.Rat) bool {
	allowed := t.amount
	if t.percent {
		allowed = new(big.Rat).Mul(allowed, wanted)
	}
	distance := new(big.Rat).Sub(actual, wanted)
	return distance.Abs(distance).Cmp(allowed) <= 0
}

// in is the value of the operand.
func (o operand) in(v Values) value {
	switch {
	case o.field && o.mayLack:
		return v.byPath[o.written]
	case o.field:
		return v.at(o.written, o.kind)
	}
	return o.value
}

// describe tells the value of a field: "rate is 2097152 (2 MiB/s)".
func (o operand) describe(v value) string {
	switch {
	case !v.known:
		return o.written + " is null"
	case v.number == nil && !plain(v.text):
		return o.written + " is " + strconv.Quote(v.text)
	case v.number == nil:
		return o.written + " is " + v.text
	}
	s := o.written + " is " + v.text
	if human := o.kind.human(v.number); human != "" {
		s += " (" + human + ")"
	}
	return s
}

// plain reports whether a text is a word that cannot be taken for anything
// else.
func plain(s string) bool {
	return s != "" && s != "null" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

func (v value) equal(w value) bool {
	if v.number != nil && w.number != nil {
		return v.number.Cmp(w.number) == 0
	}
	return v.known == w.known && v.text == w.text
}
