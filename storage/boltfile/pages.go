package boltfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// The layout of a page, see internal/common in bbolt. Numbers have the byte
// order of the machine.
const (
	pageHeaderSize     = 16 // id uint64, flags uint16, count uint16, overflow uint32.
	elementSize        = 16 // leaf: flags, pos, ksize, vsize uint32; branch: pos, ksize uint32, page uint64.
	bucketHeaderSize   = 16 // root page, sequence uint64.
	metaChecksumOffset = 56 // the offset of the checksum of a meta page, which covers the bytes before it.

	branchPage        = 0x01
	leafPage          = 0x02
	freelistPage      = 0x10
	countInFirstEntry = 0xFFFF // the count of a freelist whose length is in its first entry.
)

var native = binary.NativeEndian

// walker reads all pages of a database file and trusts none of them. bbolt
// checks little when it opens a file and follows what it finds: a count that
// lost a bit would hide records, which no checksum of a value reveals.
type walker struct {
	file io.ReaderAt
	size int    // of a page, in bytes.
	seen []bool // by page number: in use or listed as free.
	// value is called for each value, bucket after the values of each bucket.
	value  func(path [][]byte, key, value []byte) error
	bucket func(path [][]byte, last []byte, sequence uint64) error
}

// header is the header of a page.
type header struct {
	id       uint64
	flags    uint16
	count    int
	overflow uint32
}

func readHeader(page []byte) header {
	return header{native.Uint64(page), native.Uint16(page[8:]), int(native.Uint16(page[10:])), native.Uint32(page[12:])}
}

// Visitor checks the contents of a file. Both functions get the names of the
// buckets that lead to the value or bucket. An error ends [DB.Verify].
type Visitor struct {
	Value  func(path [][]byte, key, value []byte) error
	Bucket func(path [][]byte, last []byte, sequence uint64) error // called after the bucket's values.
}

// Verify reads the whole file, trusts none of its pages and calls visit for
// each value and bucket. The error is an [ErrCorrupt] about the first problem;
// it calls the file name.
func (g *DB) Verify(name string, visit Visitor) error {
	p := walker{file: g.file, size: g.Info().PageSize, value: visit.Value, bucket: visit.Bucket}
	err := g.guard(name, p.walk)
	if damage, ok := errors.AsType[ErrCorrupt](err); ok {
		damage.Path = name
		return damage
	}
	if err != nil {
		return ErrCorrupt{Path: name, What: err.Error()}
	}
	return nil
}

// walk reads all pages. Each one must be in use exactly once or free exactly
// once.
func (p *walker) walk() error {
	newest, err := p.newestMeta()
	if err != nil {
		return err
	}
	root, freelist, end := native.Uint64(newest[16:]), native.Uint64(newest[32:]), native.Uint64(newest[40:])
	if _, err := p.readPages(end-1, 1); err != nil {
		return err
	}
	p.seen = make([]bool, end)
	p.seen[0], p.seen[1] = true, true
	if err := p.tree(root, nil, nil, nil, new([]byte)); err != nil {
		return err
	}
	if err := p.freelist(freelist); err != nil {
		return err
	}
	for id, seen := range p.seen {
		if !seen {
			return fmt.Errorf("page %d is neither in use nor free", id)
		}
	}
	return nil
}

// newestMeta returns the newer of the two meta pages. bbolt can work with one,
// but a crash never leaves the other half written, because it fits into one
// sector. If the newer one is damaged, the last transaction would silently be
// lost.
func (p *walker) newestMeta() (newest []byte, err error) {
	for id := range uint64(2) {
		page, err := p.readPages(id, 1)
		if err != nil {
			return nil, err
		}
		m := page[pageHeaderSize : pageHeaderSize+metaChecksumOffset+8]
		sum := fnv.New64a()
		sum.Write(m[:metaChecksumOffset])
		if sum.Sum64() != native.Uint64(m[metaChecksumOffset:]) {
			return nil, fmt.Errorf("page %d does not match its checksum", id)
		}
		if newest == nil || native.Uint64(m[48:]) > native.Uint64(newest[48:]) {
			newest = m
		}
	}
	return newest, nil
}

// readPages returns n pages, starting at id.
func (p *walker) readPages(id, n uint64) ([]byte, error) {
	b := make([]byte, n*uint64(p.size))
	if _, err := p.file.ReadAt(b, int64(id)*int64(p.size)); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("page %d is missing because the file is too short", id)
	} else if err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return b, nil
}

// readNode reads a page with its overflow pages and marks them as seen.
func (p *walker) readNode(id uint64) (header, []byte, error) {
	if id < 2 || id >= uint64(len(p.seen)) {
		return header{}, nil, fmt.Errorf("page %d does not exist", id)
	}
	first, err := p.readPages(id, 1)
	if err != nil {
		return header{}, nil, err
	}
	h := readHeader(first)
	if h.id != id || uint64(h.overflow) >= uint64(len(p.seen))-id {
		return h, nil, fmt.Errorf("page %d has an invalid header", id)
	}
	for at := id; at <= id+uint64(h.overflow); at++ {
		if err := p.markSeen(at); err != nil {
			return h, nil, err
		}
	}
	if h.overflow == 0 {
		return h, first, nil
	}
	all, err := p.readPages(id, uint64(h.overflow)+1)
	return h, all, err
}

func (p *walker) markSeen(id uint64) error {
	if id < 2 || id >= uint64(len(p.seen)) || p.seen[id] {
		return fmt.Errorf("page %d is invalid or referenced twice", id)
	}
	p.seen[id] = true
	return nil
}

// tree reads a page of a bucket and the pages below it. Keys must be at least
// low and less than high; nil means no limit. It sets last to the greatest key.
func (p *walker) tree(id uint64, path [][]byte, low, high []byte, last *[]byte) error {
	h, page, err := p.readNode(id)
	if err != nil {
		return err
	}
	used, err := p.elements(h, page, path, low, high, last)
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	if fits := (used + p.size - 1) / p.size; fits != int(h.overflow)+1 || h.count == 0 && len(path) > 0 {
		return fmt.Errorf("page %d has an invalid length", id)
	}
	return nil
}

// elements reads the elements of a page, which are stored without gaps. It
// returns the offset at which they end.
func (p *walker) elements(h header, page []byte, path [][]byte, low, high []byte, last *[]byte) (end int, err error) {
	end = pageHeaderSize + h.count*elementSize
	if h.flags != leafPage && h.flags != branchPage || end > len(page) {
		return 0, errors.New("it is not a bucket page")
	}
	var keys [][]byte
	var items []item
	for i := range h.count {
		it, next, ok := readItem(h.flags, page, pageHeaderSize+i*elementSize, end)
		if !ok {
			return 0, fmt.Errorf("element %d has an invalid position or size", i)
		}
		end = next
		keys, items = append(keys, it.key), append(items, it)
	}
	for i, it := range items {
		if bytes.Compare(it.key, low) < 0 || high != nil && bytes.Compare(it.key, high) >= 0 || i > 0 && bytes.Compare(it.key, keys[i-1]) <= 0 {
			return 0, fmt.Errorf("element %d is out of order", i)
		}
		upper := high
		if i+1 < len(keys) {
			upper = keys[i+1]
		}
		if err := p.follow(h.flags, it, path, upper, last); err != nil {
			return 0, err
		}
	}
	return end, nil
}

// item is an element of a page.
type item struct {
	key, value []byte
	flags      uint32 // 1: a nested bucket.
	page       uint64 // the page below, in a branch.
}

// readItem reads an element whose key and value must begin at the offset begin.
// It returns the offset at which they end.
func readItem(kind uint16, page []byte, at, begin int) (it item, next int, ok bool) {
	e := page[at : at+elementSize]
	pos, ksize, vsize := native.Uint32(e), native.Uint32(e[4:]), uint32(0)
	if kind == leafPage {
		it.flags, pos, ksize, vsize = native.Uint32(e), native.Uint32(e[4:]), native.Uint32(e[8:]), native.Uint32(e[12:])
	} else {
		it.page = native.Uint64(e[8:])
	}
	next = begin + int(ksize) + int(vsize)
	if at+int(pos) != begin || ksize == 0 || next > len(page) {
		return it, 0, false
	}
	it.key, it.value = page[begin:begin+int(ksize)], page[begin+int(ksize):next]
	return it, next, true
}

// follow reads what an element refers to: the page below, a bucket or a value.
func (p *walker) follow(kind uint16, it item, path [][]byte, upper []byte, last *[]byte) error {
	if kind == branchPage {
		return p.tree(it.page, path, it.key, upper, last)
	}
	*last = it.key
	switch it.flags {
	case 0:
		return p.value(path, it.key, it.value)
	case 1:
		return p.nestedBucket(append(path[:len(path):len(path)], it.key), it.value)
	}
	return fmt.Errorf("element %q has an unknown type", it.key)
}

// nestedBucket reads a bucket. A small bucket is stored inline: its only page
// is the value.
func (p *walker) nestedBucket(path [][]byte, value []byte) error {
	if len(value) < bucketHeaderSize {
		return fmt.Errorf("the bucket %q has no header", path[len(path)-1])
	}
	root, sequence, inline, last := native.Uint64(value), native.Uint64(value[8:]), value[bucketHeaderSize:], []byte(nil)
	switch {
	case root != 0 && len(inline) == 0:
		if err := p.tree(root, path, nil, nil, &last); err != nil {
			return err
		}
	case root != 0 || len(inline) < pageHeaderSize || readHeader(inline).flags != leafPage:
		return fmt.Errorf("the bucket %q has an invalid header", path[len(path)-1])
	default:
		end, err := p.elements(readHeader(inline), inline, path, nil, nil, &last)
		if err != nil {
			return err
		}
		if end != len(inline) {
			return fmt.Errorf("the bucket %q has an invalid length", path[len(path)-1])
		}
	}
	return p.bucket(path, last, sequence)
}

// freelist marks the pages in the freelist as seen.
func (p *walker) freelist(id uint64) error {
	h, page, err := p.readNode(id)
	if err != nil {
		return err
	}
	n, at := uint64(h.count), pageHeaderSize
	if h.count == countInFirstEntry && len(page) >= pageHeaderSize+8 {
		n, at = native.Uint64(page[at:]), at+8
	}
	if h.flags != freelistPage || n > uint64(len(page)-at)/8 {
		return fmt.Errorf("page %d is not the freelist", id)
	}
	for i := range int(n) {
		if err := p.markSeen(native.Uint64(page[at+8*i:])); err != nil {
			return err
		}
	}
	return nil
}
