package expect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
)

// Values are the single values of a JSON object by their paths, such as
// "destinations[1].drains".
type Values struct{ byPath map[string]value }

// value is one JSON value that is neither object nor array. The zero value is
// null.
type value struct {
	text   string   // as it is shown; "" for null
	number *big.Rat // nil unless it is a number
	known  bool     // not null
}

// Decode reads the JSON object that conditions are about.
func Decode(object []byte) (Values, error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber() // a float64 holds no more than 53 bits of a count
	v := Values{byPath: make(map[string]value)}
	if err := v.read(dec, ""); err != nil {
		return Values{}, fmt.Errorf("decode summary: %w", err)
	}
	return v, nil
}

// read takes the next JSON value, whose path is given, and all that it holds.
func (v *Values) read(dec *json.Decoder, path string) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	delim, nested := token.(json.Delim)
	if !nested {
		v.add(path, token)
		return nil
	}
	for i := 0; dec.More(); i++ {
		inner := path + "[" + strconv.Itoa(i) + "]"
		if delim == '{' {
			name, err := dec.Token()
			if err != nil {
				return err
			}
			inner = join(path, name.(string)) // the decoder lets no other kind pass for a name
		}
		if err := v.read(dec, inner); err != nil {
			return err
		}
	}
	_, err = dec.Token() // the closing delimiter
	return err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (v *Values) add(path string, token json.Token) {
	var val value
	switch t := token.(type) {
	case string:
		val = value{text: t, known: true}
	case bool:
		val = value{text: strconv.FormatBool(t), known: true}
	case json.Number:
		n, ok := new(big.Rat).SetString(t.String())
		if !ok {
			panic("expect: internal error: not a number: " + t.String())
		}
		val = value{text: t.String(), number: n, known: true}
	}
	v.byPath[path] = val
}

// at returns the value of a field. What an object leaves out is what JSON's
// omitempty leaves out: zero or false; of a text it is null.
func (v Values) at(path string, k Kind) value {
	val, ok := v.byPath[path]
	switch {
	case !ok && k.numeric():
		return value{text: "0", number: new(big.Rat), known: true}
	case !ok && k == Truth:
		return value{text: "false", known: true}
	case k.numeric() && val.number == nil:
		return value{}
	}
	return val
}
