"""A codebook with every kind of question and gate, small enough to read in a test."""

SMALL = """
code: small
title: {en: Small}
languages: [en]
lists:
  targets:
    - {code: russia, name: {en: Russia}}
    - {code: china, name: {en: China}}
questions:
  - code: content
    scope: paragraph
    scale: nominal
    name: {en: What is it?}
    cleanup: true
    labels:
      - {code: main, name: {en: Main text}}
      - {code: boilerplate, name: {en: Boilerplate}}
  - code: frames
    scope: paragraph
    scale: set
    name: {en: Frames}
    show_if: {content: main}
    labels:
      - {code: security, name: {en: Security}}
      - {code: economic, name: {en: Economic}}
  - code: targets
    scope: paragraph
    scale: set
    name: {en: Targets}
    show_if: {content: main}
    labels_from: targets
  - code: stance
    scope: paragraph
    scale: ordinal
    name: {en: "Stance on {target}"}
    for_each: targets
    show_if: {targets: [$target]}
    labels:
      - {code: "-1", name: {en: Against}, value: -1}
      - {code: "0", name: {en: Neutral}, value: 0}
      - {code: both_sides, name: {en: Both sides}, value: 0}
      - {code: "1", name: {en: For}, value: 1}
      - {code: unclear, name: {en: Cannot judge}, missing: true}
  - code: part
    scope: paragraph
    scale: nominal
    name: {en: Part}
    required: false
    show_if: {content: main}
    labels:
      - {code: headline, name: {en: Headline}}
      - {code: body, name: {en: Body}}
  - code: confidence
    scope: paragraph
    scale: ordinal
    name: {en: Confidence}
    required: false
    agreement: false
    labels:
      - {code: "1", name: {en: Low}, value: 1}
      - {code: "2", name: {en: High}, value: 2}
  - code: genre
    scope: document
    scale: nominal
    name: {en: Genre}
    labels:
      - {code: reporting, name: {en: Reporting}}
      - {code: opinion, name: {en: Opinion}}
  - code: remark
    scope: document
    scale: text
    name: {en: Remark}
    required: false
  - code: reliability
    scope: source
    scale: ordinal
    name: {en: Reliability}
    labels:
      - {code: a, name: {en: A}, value: 3}
      - {code: b, name: {en: B}, value: 2}
      - {code: f, name: {en: F}, missing: true}
"""
