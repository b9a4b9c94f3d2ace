"""Common first and last names, by the language of a country."""

from __future__ import annotations

# Country → language, and the time zone of most of its people.
COUNTRIES = {
    "United States": ("en", "America/New_York"),
    "Canada": ("en", "America/Toronto"),
    "United Kingdom": ("en", "Europe/London"),
    "Ireland": ("en", "Europe/Dublin"),
    "Australia": ("en", "Australia/Sydney"),
    "Japan": ("ja", "Asia/Tokyo"),
    "Germany": ("de", "Europe/Berlin"),
    "Switzerland": ("de", "Europe/Zurich"),
    "Luxembourg": ("fr", "Europe/Luxembourg"),
    "France": ("fr", "Europe/Paris"),
    "Belgium": ("fr", "Europe/Brussels"),
    "Netherlands": ("nl", "Europe/Amsterdam"),
    "Spain": ("es", "Europe/Madrid"),
    "Mexico": ("es", "America/Mexico_City"),
    "Argentina": ("es", "America/Argentina/Buenos_Aires"),
    "Italy": ("it", "Europe/Rome"),
    "Sweden": ("sv", "Europe/Stockholm"),
    "Finland": ("fi", "Europe/Helsinki"),
}
ELSEWHERE = ("en", "")

FIRST = {
    "en": (
        "Olivia James Emma William Ava Henry Sophia Daniel Grace Samuel Chloe Thomas Hannah Michael "
        "Laura Robert"
    ),
    "de": (
        "Anna Lukas Katharina Stefan Julia Matthias Sabine Jürgen Lena Florian Claudia Tobias Birgit "
        "Jörg Nina Sven"
    ),
    "fr": (
        "Camille Julien Élodie Nicolas Claire Antoine Sophie Mathieu Hélène François Léa Guillaume Manon Rémi"
    ),
    "nl": "Sanne Daan Femke Bram Lotte Jeroen Anouk Pieter Marieke Thijs Eva Sander Ilse Ruben",
    "es": "Lucía Javier Carmen Alejandro María Sergio Elena Pablo Nuria Diego Marta Andrés Pilar Álvaro",
    "it": "Giulia Marco Chiara Luca Francesca Matteo Elisa Davide Paola Andrea Silvia Lorenzo",
    "sv": "Elin Erik Sofia Johan Maja Anders Karin Oskar Linnéa Magnus Åsa Björn",
    "fi": "Aino Mikko Noora Jari Sanna Antti Päivi Ville Heidi Timo Laura Jukka",
    "ja": "Yuki Haruto Sakura Kenji Aiko Takumi Naomi Hiroshi Emi Satoshi Rina Daiki Yoko Kazuo",
}

LAST = {
    "en": (
        "Smith Johnson Brown Taylor Wilson Clark Walker Harris Cooper Reed Morgan Bennett Hughes "
        "Foster Hayes O'Brien"
    ),
    "de": (
        "Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Koch Bauer Richter "
        "Krüger Vogel Groß"
    ),
    "fr": (
        "Martin Bernard Dubois Lefèvre Moreau Laurent Garnier Faure Rousseau Blanc Guérin Chevalier "
        "Fontaine Lambert"
    ),
    "nl": "Jansen Bakker Visser Smit Meijer Mulder Vos Peters Hendriks Dekker Brouwer Kuipers",
    "es": (
        "García Fernández López Martínez Sánchez Romero Navarro Torres Domínguez Vázquez Ramos Núñez Iglesias"
    ),
    "it": "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti Gallo",
    "sv": "Andersson Johansson Karlsson Nilsson Eriksson Lindström Bergqvist Sjöberg Holm Lundgren Åberg",
    "fi": "Korhonen Virtanen Mäkinen Nieminen Hämäläinen Laine Koskinen Järvinen Lehtonen Saarinen Salo",
    "ja": (
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada "
        "Sasaki Mori"
    ),
}

DEPARTMENTS = [
    "Marketing",
    "Sales",
    "IT",
    "Finance",
    "Operations",
    "Procurement",
    "Engineering",
    "Product",
    "Security",
    "Data",
]

# One of each level for every company: who signs, who decides, who does the work.
LEVELS = (
    (
        "Chief {chief} Officer",
        "{department} Director",
        "Vice President {department}",
        "Executive Vice President {department}",
    ),
    ("Head of {department}", "Senior {department} Manager", "{department} Manager", "{department} Team Lead"),
    (
        "Senior {department} Specialist",
        "{department} Analyst",
        "{department} Consultant",
        "{department} Coordinator",
    ),
)
CHIEFS = [
    "Executive",
    "Financial",
    "Information",
    "Marketing",
    "Operating",
    "Technology",
    "Revenue",
    "Security",
    "Data",
    "Procurement",
]
