package scenario_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
)

var (
	nodeCount = flag.Uint64("node.count", 0, "compare so many random scenarios with real Node")
	nodeMore  = flag.Bool("node.more", false, "with stages, objects, several sources and programs that write")
	nodeSeed  = flag.Uint64("node.seed", 1, "the seed of them")
)

// TestAgainstNode runs random scenarios, or those in the files that are named
// behind the flags, through real Node streams as well, and compares what the two
// print, line by line. It is run by scripts/compare-node.
func TestAgainstNode(t *testing.T) {
	if *nodeCount == 0 && flag.NArg() == 0 {
		t.Skip("real Node is asked by scripts/compare-node")
	}
	node, err := findNode()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("NODE") == "" {
		fmt.Printf("compare-node: SKIPPED, nothing was compared: %v\n", err)
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := &comparison{node: node}
	if flag.NArg() > 0 {
		for _, file := range flag.Args() {
			doc, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c.add(t, file, doc)
		}
	} else {
		fmt.Printf("compare-node: %d random scenarios of seed %d\n", *nodeCount, *nodeSeed)
		for i := range *nodeCount {
			doc := randomScenario
			if *nodeMore {
				doc = randomMore
			}
			c.add(t, fmt.Sprintf("seed %d, scenario %d", *nodeSeed, i), doc(*nodeSeed, i))
		}
	}
	c.run(t)
	fmt.Printf("compare-node: %d scenarios, no difference from node %s\n", c.compared, node.version)
}

// node is a Node.js whose rules are known.
type node struct {
	path    string
	version string
	rules   stream.Rules
}

// findNode looks for a Node in $NODE, else in the PATH. The error says what is
// wrong with it, or lists the releases that can be compared with.
func findNode() (node, error) {
	n := node{path: cmp.Or(os.Getenv("NODE"), "node")}
	out, err := exec.Command(n.path, "--version").Output()
	if err != nil {
		return n, fmt.Errorf("cannot run %q: %w", n.path, err)
	}
	n.version = strings.TrimSpace(string(out))
	n.rules, err = stream.Release(n.version)
	return n, err
}

// comparison gathers scenarios until there are enough for one process of Node.
type comparison struct {
	node      node
	names     []string
	docs      [][]byte // each on one line
	scenarios []*scenario.Scenario
	compared  int
}

func (c *comparison) add(t *testing.T, name string, doc []byte) {
	const batch = 1000
	sc, err := scenario.Parse(doc, name)
	if err != nil {
		t.Fatal(err)
	}
	sc.Follow(c.node.rules)
	var line bytes.Buffer
	if err := json.Compact(&line, doc); err != nil {
		t.Fatal(err)
	}
	c.names = append(c.names, name)
	c.docs = append(c.docs, line.Bytes())
	c.scenarios = append(c.scenarios, sc)
	if len(c.docs) == batch {
		c.run(t)
	}
}

// run compares what was gathered.
func (c *comparison) run(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), c.node.path, "--expose-internals", filepath.Join(vectors, "oracle.mjs"), "--batch", "--public")
	cmd.Stdin = bytes.NewReader(append(bytes.Join(c.docs, []byte("\n")), '\n'))
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if len(c.docs) == 0 {
		return
	}
	if err := cmd.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, complaint.Bytes())
	}
	traces := bufio.NewReader(&out)
	for i, sc := range c.scenarios {
		want, err := readTrace(traces)
		if err != nil {
			t.Fatalf("%s: node printed half a trace: %v", c.names[i], err)
		}
		if diff := difference(output(t, sc), want); diff != "" {
			t.Fatalf("%s: %sthe scenario is in %s", c.names[i], diff, save(t, c.docs[i]))
		}
		c.compared++
	}
	*c = comparison{node: c.node, compared: c.compared}
}

// readTrace reads the lines of one scenario, of which the summary is the last.
func readTrace(r *bufio.Reader) ([]byte, error) {
	var trace []byte
	for {
		line, err := r.ReadBytes('\n')
		trace = append(trace, line...)
		if err != nil || bytes.HasPrefix(line, []byte(`{"summary":true`)) {
			return trace, err
		}
	}
}

// save keeps a scenario in a file that outlives the test, and returns its name.
func save(t *testing.T, doc []byte) string {
	file, err := os.CreateTemp("", "compare-node-*.json")
	if err == nil {
		_, err = file.Write(append(doc, '\n'))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
