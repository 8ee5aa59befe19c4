package expect

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse reads a condition over fields. The error names the text, the column,
// from 1 and in characters, and what was expected there.
func Parse(text string, fields Fields) (Condition, error) {
	p := parser{text: text, fields: fields}
	c, err := p.condition()
	if err != nil {
		column := utf8.RuneCountInString(text[:p.at]) + 1
		return Condition{}, fmt.Errorf("%q: column %d: %w", text, column, err)
	}
	return c, nil
}

// parser reads one condition. Where it fails, at is where the offending word
// begins.
type parser struct {
	text   string
	at     int // the beginning of the word being read
	next   int // behind it
	fields Fields
}

func (p *parser) condition() (c Condition, err error) {
	if c.left, err = p.field(); err != nil {
		return c, err
	}
	if c.op, err = p.operator(c.left); err != nil {
		return c, err
	}
	if c.right, err = p.operand(c.left, c.op); err != nil {
		return c, err
	}
	switch {
	case c.op == "in":
		err = p.upperEnd(&c)
	case c.left.kind.numeric():
		err = p.toleranceOf(&c)
	}
	if err == nil && p.word(p.rest()) != "" {
		err = fmt.Errorf("%s: want nothing more", quote(p.text[p.at:]))
	}
	return c, err
}

// rest skips spaces and returns what follows them.
func (p *parser) rest() string {
	rest := strings.TrimLeftFunc(p.text[p.next:], unicode.IsSpace)
	p.at = len(p.text) - len(rest)
	p.next = p.at
	return rest
}

// word takes the next word, which begins where rest does.
func (p *parser) word(w string) string {
	p.next = p.at + len(w)
	return w
}

// field takes the field on the left.
func (p *parser) field() (operand, error) {
	rest := p.rest()
	if rest == "" {
		return operand{}, fmt.Errorf(`%s: want a condition such as "pauses >= 10"`, quote(rest))
	}
	path := p.word(rest[:pathLength(rest)])
	field, ok := p.fields.byPath[path]
	if !ok {
		return operand{}, p.fields.unknown(path)
	}
	return field.operand(path), nil
}

// pathLength is how much of s is a path: names, points and brackets with what
// is in them.
func pathLength(s string) int {
	for i := 0; i < len(s); {
		switch closing := strings.IndexByte(s[i:], ']'); {
		case s[i] == '[' && closing > 0:
			i += closing + 1
		case s[i] == '.', s[i] == '_', isLetter(s[i]), isDigit(s[i]):
			i++
		default:
			return i
		}
	}
	return len(s)
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// operators are those that numbers have, longer ones before their beginnings.
func operators() []string { return []string{"==", "!=", "<=", ">=", "=", "<", ">", "in"} }

func (p *parser) operator(left operand) (string, error) {
	rest := p.rest()
	for _, op := range operators() {
		after, ok := strings.CutPrefix(rest, op)
		if !ok || op == "in" && after != "" && (isLetter(after[0]) || after[0] == '_') {
			continue
		}
		if !left.kind.numeric() && !equality(op) {
			return "", fmt.Errorf("%q: %s is %v: want = or !=", op, left.written, left.kind)
		}
		return p.word(op), nil
	}
	if !left.kind.numeric() {
		return "", fmt.Errorf("%s: want = or !=", quote(rest))
	}
	return "", fmt.Errorf("%s: want one of = == != < <= > >= in", quote(rest))
}

// operand takes a value on the right of left and op.
func (p *parser) operand(left operand, op string) (operand, error) {
	rest := p.rest()
	switch word := rest[:wordLength(rest)]; {
	case word == "null" && equality(op):
		return operand{written: p.word(word), kind: left.kind}, nil
	case word == "null":
		return operand{}, fmt.Errorf("null has no order: want %s", left.kind.example())
	case !left.kind.numeric():
		return p.textual(left, rest)
	case word != "" && isDigit(word[0]):
		n, err := left.kind.parse(word)
		if err != nil {
			return operand{}, fmt.Errorf("%q: %s is %v: %w", word, left.written, left.kind, err)
		}
		return operand{written: p.word(word), kind: left.kind, value: value{text: word, number: n, known: true}}, nil
	case p.fields.has(word) && p.fields.byPath[word].Kind == left.kind:
		return p.fields.byPath[word].operand(p.word(word)), nil
	case p.fields.has(word):
		return operand{}, fmt.Errorf("%q: %s is %v and %s is %v: want two of a kind",
			word, left.written, left.kind, word, p.fields.byPath[word].Kind)
	case word != "" && index().MatchString(word):
		return operand{}, p.fields.unknown(word)
	}
	return operand{}, fmt.Errorf("%s: %s is %v: want %s%s", quote(rest), left.written, left.kind, left.kind.example(), p.orField(left))
}

// orField names the fields that left may be compared with.
func (p *parser) orField(left operand) string {
	alike := p.fields.alike(left.written)
	if len(alike) == 0 {
		return ""
	}
	return ", or one of " + list(alike)
}

// wordLength is how much of s is a number with its unit or a path.
func wordLength(s string) int {
	for i, r := range s {
		if unicode.IsSpace(r) || r == '±' || strings.HasPrefix(s[i:], "+-") || strings.HasPrefix(s[i:], "..") {
			return i
		}
	}
	return len(s)
}

// textual takes a word or a text in quotes, or true or false.
func (p *parser) textual(left operand, rest string) (operand, error) {
	written, err := strconv.QuotedPrefix(rest)
	if err != nil || written[0] != '"' {
		written = rest[:bareLength(rest)]
	}
	if written == "" {
		return operand{}, fmt.Errorf("%s: want %s", quote(rest), left.kind.example())
	}
	text := written
	if unquoted, err := strconv.Unquote(written); err == nil {
		text = unquoted
	}
	words := p.fields.byPath[left.written].Words
	if left.kind == Truth {
		words = []string{"true", "false"}
	}
	if len(words) > 0 && !slices.Contains(words, text) {
		return operand{}, fmt.Errorf("%q: want one of %s", text, strings.Join(words, ", "))
	}
	return operand{written: p.word(written), kind: left.kind, value: value{text: text, known: true}}, nil
}

// bareLength is how much of s is a word without quotes.
func bareLength(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'`=<>!", r) })
	if end < 0 {
		return len(s)
	}
	return end
}

// upperEnd takes the other end of a range.
func (p *parser) upperEnd(c *Condition) (err error) {
	rest := p.rest()
	if !strings.HasPrefix(rest, "..") {
		return fmt.Errorf("%s: want .. and the upper end of the range", quote(rest))
	}
	p.word("..")
	if c.upper, err = p.operand(c.left, c.op); err != nil {
		return err
	}
	if !c.right.field && !c.upper.field && c.upper.value.number.Cmp(c.right.value.number) < 0 {
		return fmt.Errorf("%q: want no less than %s", c.upper.written, c.right.written)
	}
	return nil
}

// toleranceOf takes a tolerance where there is one.
func (p *parser) toleranceOf(c *Condition) (err error) {
	rest := p.rest()
	for _, sign := range []string{"±", "+-"} {
		if strings.HasPrefix(rest, sign) {
			c.sign = sign
		}
	}
	switch {
	case c.sign == "":
		return nil
	case !equality(c.op):
		return fmt.Errorf("%q: want a tolerance only after = or !=, here is %s", c.sign, c.op)
	case c.right.written == "null":
		return fmt.Errorf("%q: want no tolerance with null", c.sign)
	}
	p.word(c.sign)
	rest = p.rest()
	word := rest[:wordLength(rest)]
	number, percent := strings.CutSuffix(word, "%")
	c.tolerance = tolerance{written: word, percent: percent}
	if percent {
		n, ok := decimal(number)
		if !ok {
			return fmt.Errorf("%q: want a percentage such as 5%%", word)
		}
		c.tolerance.amount = n.Mul(n, big.NewRat(1, 100))
	} else if word == "" || !isDigit(word[0]) {
		return fmt.Errorf("%s: want a percentage such as 5%% or %s", quote(rest), c.left.kind.example())
	} else if c.tolerance.amount, err = c.left.kind.parse(word); err != nil {
		return fmt.Errorf("%q: %s is %v: %w", word, c.left.written, c.left.kind, err)
	}
	p.word(word)
	return nil
}

// quote shows what was found.
func quote(found string) string {
	if found == "" {
		return "end of condition"
	}
	return strconv.Quote(found)
}
