// Package deploy holds the files to run the bot with Docker Compose, systemd and
// Kubernetes, and alert rules for Prometheus. README.md in this directory explains
// them.
//
// The package has no code. Its tests load the settings of each file as the program
// does, and check the files against the Dockerfile and against README.
package deploy
