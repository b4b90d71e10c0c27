// Verifies a running ledger with nothing but Go's own sumdb packages: its checkpoint, one entry's inclusion, every tile on
// the way. usage: check URL KEY INDEX LEAF-FILE
package main

import (
	"fmt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

type server string

func (s server) get(path string) []byte {
	answer := must(http.Get(string(s) + path))
	if answer.StatusCode != 200 {
		panic(path + ": " + answer.Status)
	}
	return must(io.ReadAll(answer.Body))
}
func (s server) Height() int                       { return 8 }
func (s server) SaveTiles([]tlog.Tile, [][]byte)   {}
func (s server) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles { // Go writes the height into the path, C2SP does not
		data = append(data, s.get("/"+strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
	}
	return data, nil
}
func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
	return value
}

func main() {
	log := server(os.Args[1])
	opened := must(note.Open(log.get("/checkpoint"), note.VerifierList(must(note.NewVerifier(os.Args[2])))))
	lines := strings.Split(opened.Text, "\n")
	size := must(strconv.ParseInt(lines[1], 10, 64))
	root := must(tlog.ParseHash(lines[2]))
	index := must(strconv.ParseInt(os.Args[3], 10, 64))
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, log)
	proof := must(tlog.ProveRecord(size, index, reader))
	must(0, tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(must(os.ReadFile(os.Args[4])))))
	fmt.Printf("entry %d is in the ledger %s of %d entries\n", index, lines[0], size)
}
