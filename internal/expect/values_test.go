package expect

import "testing"

func TestDecodeErrors(t *testing.T) {
	for object, want := range map[string]string{
		``:         "decode summary: EOF",
		`{"a":1`:   "decode summary: EOF",
		`{"a":[1}`: "decode summary: invalid character '}' after array element",
	} {
		if _, err := Decode([]byte(object)); err == nil || err.Error() != want {
			t.Errorf("Decode(%s) = %v; want %s", object, err, want)
		}
	}
}
