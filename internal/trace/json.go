package trace

import (
	"bytes"
	"encoding/json"
)

// appendString appends a string as JavaScript's JSON.stringify prints it, which
// leaves <, > and & alone.
func appendString(b []byte, key, v string) []byte {
	return append(appendKey(b, key), Quote(v)...)
}

// Quote is v as a JSON string, with <, > and & as they are.
func Quote(v string) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("trace: internal error: a string that is no JSON: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
