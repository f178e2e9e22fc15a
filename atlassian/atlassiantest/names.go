package atlassiantest

import (
	"fmt"
	"strings"
)

// names is how many different names there are. More people than that share
// names, as people do; their email addresses get a number.
const names = 64 * 64

// name is the i-th person's name and email address.
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

// oddity is a name that breaks careless code, with the address that goes with it.
type oddity struct {
	name  string
	email string // "-" for none.
}

// oddities are given to the first candidates, and to active people where there
// are fewer candidates than oddities. An empty name leaves the person's own.
var oddities = []oddity{
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

// sharedName is borne by two different people, one of them a candidate.
const sharedName = "Kim Lee"

// applyOddName gives the person the k-th oddity, if there is one.
func (p *Person) applyOddName(k int) {
	if k < 0 || k >= len(oddities) {
		return
	}
	o := oddities[k]
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
