package atlassiantest

import (
	"fmt"
	"strings"
)

// names is the number of different names. In larger organisations people share
// names, and their email addresses get a number.
const names = 64 * 64

// name returns the name and email address of the i-th person.
func (g *generator) name(i int) (name, email string) {
	m := (uint64(i)*2731 + mix(uint64(g.seed))) % names
	row, column := m/64, m%64
	first, last := firstNames[column], lastNames[(row+column)%64]
	local := strings.ToLower(first + "." + last)
	if again := i / names; again > 0 {
		local = fmt.Sprint(local, again+1)
	}
	return first + " " + last, local + "@example.com"
}

var firstNames = strings.Fields(`
	Ada Adam Aisha Alan Alba Amara Anders Anja Anton Asta Bao Bela Bruno Carla Chidi Clara
	Dana Dario Deniz Dina Edda Elif Emil Enzo Esra Farid Fiona Franka Gita Greta Hana Hugo
	Ida Ines Ivo Jana Jonas Kaya Kenji Lars Leila Linh Luca Mara Mateo Maya Milan Mina
	Nadia Nils Nora Omar Oskar Paula Pia Ravi Rosa Sami Selma Sven Tara Tomas Vera Yuki`)

var lastNames = strings.Fields(`
	Abel Acker Alvarez Amin Bach Banerjee Bauer Becker Berg Blanc Bose Brandt Castro Chen Costa Dahl
	Demir Diallo Dietz Engel Eriksen Falk Ferrari Fischer Fuchs Garcia Gomez Haas Hansen Hoang Ito Jansen
	Kaiser Kaplan Keller Khan Koch Kovac Kumar Lang Larsen Lopez Maier Mendes Moretti Mori Nagy Novak
	Okafor Olsen Pereira Popov Richter Rossi Santos Sato Schulz Silva Sommer Tanaka Ulrich Vogel Weber Zhou`)

// unusualName is a name and address that breaks careless code.
type unusualName struct {
	name  string
	email string // "-" means no address.
}

// unusualNames are assigned to the first candidates, then to active people if there
// are too few candidates. An empty name keeps the person's own.
var unusualNames = []unusualName{
	{},
	{"<!channel> *bold* & <https://x|y>", "injection@example.com"},
	{"svc-backup", "svc-backup@example.com"},
	{sharedName, "kim.lee@example.com"},
	{"", "-"},
	{"ci-bot", "ci-bot@example.com"},
	{strings.Repeat("Wolfeschlegelsteinhausen ", 8)[:199] + "!", "long.name@example.com"},
	{"مريم الأحمد", "maryam.alahmad@example.com"},
	{"Robin 🦊 Fox 👩🏽‍💻", "robin.fox@example.com"},
	{"", "Uppercase.Person@EXAMPLE.COM"},
	{"Zoë Müller-Łukasiewicz", "zoe.mueller@example.com"},
}

// sharedName is the name of two people, one of them a candidate.
const sharedName = "Kim Lee"

// applyUnusualName gives the person the k-th unusual name, if there is one.
func (p *Person) applyUnusualName(k int) {
	if k < 0 || k >= len(unusualNames) {
		return
	}
	o := unusualNames[k]
	if o.name != "" {
		p.Name = o.name
	}
	switch o.email {
	case "":
	case "-":
		p.Email = ""
	default:
		p.Email = o.email
	}
}
